/** Returns a shell function that adds options to every request of curl: after --next, curl begins with none. */
export function wrappedCurl(options: string): string {
  const added = options.replaceAll(/["$`\\]/g, '\\$&');
  const each = `i=$((i + 1)); if [ "$word" = --next ]; then all="$all --next ${added}"; else all="$all \\"\\\${$i}\\""; fi`;
  return `curl() { i=0 all=; for word; do ${each}; done; eval "command curl ${added} $all"; }`;
}

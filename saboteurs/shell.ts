/** Returns a shell function that adds options to every request of curl: after --next, curl begins with none. */
export function wrappedCurl(options: string): string {
  const again = `for word; do shift; set -- "$@" "$word"; if [ "$word" = --next ]; then set -- "$@" ${options}; fi; done`;
  return `curl() { ${again}; command curl ${options} "$@"; }`;
}

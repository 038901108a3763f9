import type { Kube } from './kube/index.ts';

// The package shell-quote would write `admin\@kind` and `--out\=x`, but these commands are for people to read.

/** Returns a word for a POSIX shell, quoted only if necessary. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Returns the command that deletes what runs left on a cluster, with the options that name it. */
export function sweepCommand({ kubeconfig, context }: Pick<Kube, 'kubeconfig' | 'context'>): string {
  const named = context === undefined ? '' : ` --context ${quoted(context)}`;
  return `npx automtls sweep --kubeconfig ${quoted(kubeconfig)}${named}`;
}

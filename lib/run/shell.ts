// The package shell-quote would write `admin\@kind` and `--out\=x`, but these commands are for people to read.

/** Returns a word for a POSIX shell, quoted only if necessary. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

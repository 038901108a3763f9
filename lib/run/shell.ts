// Not shell-quote, which writes `admin\@kind` and `--out\=x`: what is quoted here is for people to read.

/** Returns a word as a shell of POSIX reads it back, quoted only where it must be. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';

/** A file of a tar archive: bytes, or the path of a file that holds them. */
export interface TarEntry {
  name: string;
  /** By default executable if the file that holds the content is. */
  mode?: number;
  content: Buffer | { file: string };
}

const block = 512;

/** Returns a regular file's header; owner, group and time are zero, so that the same content gives the same archive. */
export function tarHeader(name: string, size: number, mode: number): Buffer {
  if (Buffer.byteLength(name) > 100)
    throw new RangeError(`a name of over 100 bytes does not fit a tar header: ${name}`);
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) =>
    header.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  header.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  header.write('        0', 148, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  octal(sum, 148, 7);
  header[154] = 0;
  return header;
}

/** Yields the bytes of an archive of the entries. */
export async function* tar(entries: Iterable<TarEntry>): AsyncGenerator<Buffer> {
  for (const { name, mode, content } of entries) {
    const { size, mode: own } = Buffer.isBuffer(content) ? { size: content.length, mode: 0 } : await stat(content.file);
    yield tarHeader(name, size, mode ?? (own & 0o100 ? 0o755 : 0o644));
    if (Buffer.isBuffer(content)) yield content;
    else yield* createReadStream(content.file, { highWaterMark: 1 << 20 });
    yield Buffer.alloc((block - (size % block)) % block);
  }
  yield Buffer.alloc(2 * block);
}

/** Writes an archive of the entries to a new file. */
export async function writeTar(path: string, entries: Iterable<TarEntry>): Promise<void> {
  await writeFile(path, tar(entries));
}

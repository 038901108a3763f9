import { createReadStream } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';

/** A file of a tar archive: bytes, or the path of a file that holds them. */
export interface TarEntry {
  name: string;
  mode?: number;
  content: Buffer | { file: string };
}

const block = 512;

/** Returns the header of a regular file; owner, group and time are always zero, so the same content gives the same archive. */
export function tarHeader(name: string, size: number, mode = 0o644): Buffer {
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
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  header[154] = 0;
  return header;
}

/** Yields the bytes of an archive of the entries. */
export async function* tar(entries: Iterable<TarEntry>): AsyncGenerator<Buffer> {
  for (const { name, mode, content } of entries) {
    const size = Buffer.isBuffer(content) ? content.length : (await stat(content.file)).size;
    yield tarHeader(name, size, mode);
    if (Buffer.isBuffer(content)) yield content;
    else yield* createReadStream(content.file, { highWaterMark: 1 << 20 });
    yield Buffer.alloc((block - (size % block)) % block);
  }
  yield Buffer.alloc(2 * block);
}

/** Writes an archive of the entries to an open file. */
export async function writeTar(file: FileHandle, entries: Iterable<TarEntry>): Promise<void> {
  for await (const chunk of tar(entries)) await file.write(chunk);
}

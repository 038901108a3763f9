import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';

/** A file of a tar archive: bytes, or the path of a file that holds them. */
export interface TarEntry {
  name: string;
  content: Buffer | { file: string };
}

/**
 * Writes an archive of the entries to a new file. Owner, group and time are zero, so the same content always gives the
 * same archive. An entry from a file is executable if that file is.
 */
export async function writeTar(path: string, entries: Iterable<TarEntry>): Promise<void> {
  const archive = pack();
  const fail = (error: Error) => archive.destroy(error);
  await Promise.all([pipeline(archive, createWriteStream(path)), fill(archive, entries).catch(fail)]);
}

async function fill(archive: Pack, entries: Iterable<TarEntry>): Promise<void> {
  for (const { name, content } of entries) {
    const header = { name, mtime: new Date(0) };
    if (Buffer.isBuffer(content)) {
      archive.entry(header, content);
    } else {
      const { size, mode } = await stat(content.file);
      const entry = archive.entry({ ...header, size, mode: mode & 0o100 ? 0o755 : 0o644 });
      await pipeline(createReadStream(content.file, { highWaterMark: 1 << 20 }), entry);
    }
  }
  archive.finalize();
}

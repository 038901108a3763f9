import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDockerArchive } from './docker-archive.ts';

const directory = mkdtempSync(join(tmpdir(), 'archive-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('images are named, and a layer that two share is in the archive once', async () => {
  const root = join(directory, 'root.tar');
  const program = join(directory, 'program');
  writeFileSync(root, Buffer.alloc(1024));
  writeFileSync(program, 'program', { mode: 0o755 });
  const path = join(directory, 'images.tar');
  const config = { Entrypoint: ['/program'] };
  await writeDockerArchive(path, [
    { references: ['example.org/a:1', 'example.org/a:2'], layers: [root, { program }], config },
    { references: ['example.org/b:1'], layers: [root, { note: Buffer.from('bytes') }], config },
  ]);
  const read = (entry: string) => execFileSync('tar', ['-xOf', path, entry]);
  const manifest = JSON.parse(read('manifest.json').toString());
  expect(manifest.map(({ RepoTags }: { RepoTags: string[] }) => RepoTags)).toEqual([
    ['example.org/a:1', 'example.org/a:2'],
    ['example.org/b:1'],
  ]);
  expect(manifest[0].Layers[0]).toBe(manifest[1].Layers[0]);
  const entries = execFileSync('tar', ['-tf', path], { encoding: 'utf8' }).trimEnd().split('\n');
  expect(entries.filter((entry) => entry.endsWith('layer.tar'))).toHaveLength(3);
  for (const { Config, Layers } of manifest) {
    const { config: kept, rootfs } = JSON.parse(read(Config).toString());
    expect(kept).toEqual(config);
    const digests = Layers.map((layer: string) => `sha256:${createHash('sha256').update(read(layer)).digest('hex')}`);
    expect(rootfs.diff_ids).toEqual(digests);
  }
  expect(readdirSync(directory).sort()).toEqual(['images.tar', 'program', 'root.tar']);
});

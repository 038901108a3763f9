import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type TarEntry, writeTar } from './tar.ts';

/** An image of a docker archive. */
export interface Image {
  /** Such as docker.io/istio/pilot:1.31-dev. */
  reference: string;
  /** Paths of uncompressed tar files, lowest first. */
  layers: string[];
  config: { Entrypoint: string[]; User?: string; Env?: string[] };
}

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64' };

/** Writes an archive as `docker save` does; a layer that several images share is in it once. */
export async function writeDockerArchive(path: string, images: Image[]): Promise<void> {
  const layers = new Map<string, string>();
  const entries: TarEntry[] = [];
  const manifest = [];
  for (const { reference, layers: files, config } of images) {
    const digests = await Promise.all(files.map(sha256));
    digests.forEach((digest, index) => {
      layers.set(digest, files[index] as string);
    });
    const body = Buffer.from(
      JSON.stringify({
        architecture: architectures[process.arch] ?? process.arch,
        os: 'linux',
        config,
        rootfs: { type: 'layers', diff_ids: digests.map((digest) => `sha256:${digest}`) },
      }),
    );
    const name = `${createHash('sha256').update(body).digest('hex')}.json`;
    entries.push({ name, content: body });
    manifest.push({ Config: name, RepoTags: [reference], Layers: digests.map((digest) => `${digest}/layer.tar`) });
  }
  for (const [digest, file] of layers) entries.push({ name: `${digest}/layer.tar`, content: { file } });
  entries.push({ name: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) });
  const archive = await open(path, 'w');
  try {
    await writeTar(archive, entries);
  } finally {
    await archive.close();
  }
}

/** Writes a layer of the files. */
export async function writeLayer(path: string, files: TarEntry[]): Promise<string> {
  const layer = await open(path, 'w');
  try {
    await writeTar(layer, files);
  } finally {
    await layer.close();
  }
  return path;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type TarEntry, writeTar } from './tar.ts';

/** An image of a docker archive. */
export interface Image {
  /** Its names, such as docker.io/istio/pilot:1.24.2. */
  references: string[];
  /**
   * Its layers, lowest first. A layer is the path of an uncompressed tar file, or a record of files: the key is the
   * path in the image, the value is the path of the content or the content itself.
   */
  layers: (string | Record<string, string | Buffer>)[];
  config: { Entrypoint: string[]; User?: string; Env?: string[] };
}

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64' };

/** Writes an archive in the format of `docker save`. A layer that several images share is written once. */
export async function writeDockerArchive(path: string, images: Image[]): Promise<void> {
  const layers = new Map<string, string>();
  const made: string[] = [];
  const entries: TarEntry[] = [];
  const manifest: { Config: string; RepoTags: string[]; Layers: string[] }[] = [];
  for (const image of images) {
    const digests: string[] = [];
    for (const layer of image.layers) {
      const file = typeof layer === 'string' ? layer : await writeLayer(`${path}.layer-${made.length}`, layer);
      if (file !== layer) made.push(file);
      const digest = await sha256(file);
      digests.push(digest);
      layers.set(digest, file);
    }
    const content = Buffer.from(JSON.stringify(configOf(image, digests)));
    const name = `${createHash('sha256').update(content).digest('hex')}.json`;
    entries.push({ name, content });
    manifest.push({ Config: name, RepoTags: image.references, Layers: digests.map(layerName) });
  }
  for (const [digest, file] of layers) entries.push({ name: layerName(digest), content: { file } });
  entries.push({ name: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) });
  await writeTar(path, entries);
  await Promise.all(made.map((file) => rm(file)));
}

function configOf({ config }: Image, digests: string[]) {
  return {
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: digests.map((digest) => `sha256:${digest}`) },
  };
}

function layerName(digest: string): string {
  return `${digest}/layer.tar`;
}

async function writeLayer(path: string, files: Record<string, string | Buffer>): Promise<string> {
  await writeTar(
    path,
    Object.entries(files).map(([name, file]) => ({ name, content: Buffer.isBuffer(file) ? file : { file } })),
  );
  return path;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { artefact, execaInNamespaces, imageNames, istioLayers, layerMark } from '../../../builds/index.ts';
import type { OnProgress } from '../../../progress.ts';
import { containerdConfig } from '../configuration.ts';

/** Unpacked images, as containerd stores them. */
export interface Store {
  directory: string;
  snapshots: string[];
  /** The name of the snapshot that each layer of a release replaces. */
  places: Record<(typeof istioLayers)[number], string>;
}

const snapshotter = 'io.containerd.snapshotter.v1.overlayfs/snapshots';

/** Returns a root directory of containerd that already has the archives' images, so a boot need not import them. */
export async function store(
  archives: string[],
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<Store> {
  const { stdout: version } = await execa('containerd', ['--version']);
  const make = async (directory: string) => {
    options.onProgress({ phase: 'Images', detail: 'unpacking them for containerd' });
    await importInto(directory, archives, options.signal);
  };
  const directory = await artefact({ name: 'containerd', ingredients: [version, ...archives], make }, options);
  const snapshots = await readdir(join(directory, snapshotter));
  const marks = await Promise.all(
    snapshots.map(async (name) => {
      const mark = await readFile(join(directory, snapshotter, name, 'fs', layerMark), 'utf8').catch(() => undefined);
      return [mark, name] as const;
    }),
  );
  const places = Object.fromEntries(marks.filter(([mark]) => mark !== undefined)) as Store['places'];
  const missing = istioLayers.filter((layer) => places[layer] === undefined);
  if (missing.length > 0)
    throw new Error(`the images unpacked in ${directory} have no place for ${missing.join(', ')}`);
  return { directory, snapshots, places };
}

/**
 * Runs in a mount namespace with its own /run, so only the script sees the daemon's socket, and it ends with the
 * script.
 */
const script = `
set -e
mount --no-mtab -t tmpfs tmpfs /run
containerd --config "$1" >/run/log 2>&1 &
shift
until ctr version >/dev/null 2>&1; do
  kill -0 $! || { tail -5 /run/log >&2; exit 1; }
  sleep 0.05
done
for archive; do ctr --namespace k8s.io images import "$archive"; done`;

async function importInto(root: string, archives: string[], signal: AbortSignal): Promise<void> {
  const config = `${root}/config.toml`;
  await writeFile(config, containerdConfig({ root, pause: imageNames.pause }));
  await execaInNamespaces('sh', ['-c', script, 'sh', config, ...archives], { cancelSignal: signal });
  await rm(config);
}

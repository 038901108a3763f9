import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { artefact } from '../../build/cache.ts';
import { pauseImage } from '../../build/images.ts';
import { tethered } from '../../build/tethered.ts';
import type { OnProgress } from '../types.ts';
import { containerdConfig } from './configuration.ts';

/** Images as containerd keeps them, unpacked. */
export interface Store {
  directory: string;
  snapshots: string[];
}

/** Returns containerd's root directory with the images of the archives in it, so that a boot imports none. */
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
  return { directory, snapshots: await readdir(join(directory, 'io.containerd.snapshotter.v1.overlayfs/snapshots')) };
}

async function importInto(root: string, archives: string[], signal: AbortSignal): Promise<void> {
  // not below the root, whose path may be too long for a socket
  const temporary = await mkdtemp(join(tmpdir(), 'automtls-'));
  const socket = join(temporary, 'socket');
  const config = join(temporary, 'config.toml');
  await writeFile(config, containerdConfig({ root, state: join(temporary, 'state'), socket, pause: pauseImage }));
  const ending = new AbortController();
  const daemon = tethered('containerd', ['--config', config], {
    cancelSignal: AbortSignal.any([signal, ending.signal]),
  });
  const ended = daemon.then(() => {
    throw new Error('containerd ended before the images were in it');
  });
  ended.catch(() => {});
  try {
    for (const archive of archives) {
      const imported = answering(socket, signal).then(() =>
        execa('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', 'import', archive], {
          cancelSignal: signal,
        }),
      );
      await Promise.race([imported, ended]);
    }
  } finally {
    ending.abort();
    await daemon.catch(() => {});
    await rm(temporary, { recursive: true, force: true });
  }
}

async function answering(socket: string, signal: AbortSignal): Promise<void> {
  while (!existsSync(socket)) await sleep(50, undefined, { signal });
}

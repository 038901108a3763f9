import { join } from 'node:path';
import type { OnProgress } from '../cluster/types.ts';
import { artefact } from './cache.ts';
import { type Image, writeDockerArchive } from './docker-archive.ts';
import { envoy } from './envoy.ts';
import { ensurePackages, forImages } from './packages.ts';
import { type IstioVersion, istioPrograms, programs } from './programs.ts';
import { rootFileSystem } from './root-file-system.ts';
import { together } from './together.ts';

type Options = { onProgress: OnProgress; signal: AbortSignal };

/** Paths of docker archives. */
export interface Archives {
  /** istio/pilot and istio/proxyv2. */
  istio: string;
  /** go-httpbin and curl. */
  workloads: string;
  /** CoreDNS and pause. */
  system: string;
}

export const pauseImage = 'registry.k8s.io/pause:3.10';

const Env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/** Returns the archives of all images of a cluster with this Istio, built from source where they aren't there. */
export async function images(version: IstioVersion, { onProgress, signal }: Options): Promise<Archives> {
  await ensurePackages(forImages, onProgress);
  const [{ cluster, istio }, proxy, root] = await together(signal, [
    (signal) => allPrograms(version, { onProgress, signal }),
    (signal) => envoy({ onProgress, signal }),
    (signal) => rootFileSystem({ onProgress, signal }),
  ]);
  const archives = await together(signal, [
    (signal) => archive(`istio-${version}`, istioImages(version, { istio, proxy, root }), { onProgress, signal }),
    (signal) => archive('workloads', workloadImages(cluster, root), { onProgress, signal }),
    (signal) => archive('system', systemImages(cluster), { onProgress, signal }),
  ]);
  return { istio: archives[0], workloads: archives[1], system: archives[2] };
}

function istioImages(version: string, from: { istio: string; proxy: string; root: string }): Image[] {
  const bootstrap = { 'var/lib/istio/envoy/envoy_bootstrap_tmpl.json': join(from.istio, 'envoy_bootstrap.json') };
  const image = (name: string, program: string, more: Record<string, string>): Image => ({
    reference: `docker.io/istio/${name}:${version}`,
    layers: [from.root, { [`usr/local/bin/${program}`]: join(from.istio, program), ...bootstrap, ...more }],
    config: { Entrypoint: [`/usr/local/bin/${program}`], User: '1337:1337', Env },
  });
  return [
    image('pilot', 'pilot-discovery', {}),
    image('proxyv2', 'pilot-agent', { 'usr/local/bin/envoy': from.proxy }),
  ];
}

/** As upstream's: go-httpbin listens on 8080; curl runs without root, and brings a shell. */
function workloadImages(cluster: string, root: string): Image[] {
  return [
    {
      reference: 'docker.io/mccutchen/go-httpbin:v2.15.0',
      layers: [{ 'bin/go-httpbin': join(cluster, 'go-httpbin') }],
      config: { Entrypoint: ['/bin/go-httpbin'], User: '65532', Env },
    },
    {
      reference: 'docker.io/curlimages/curl:8.16.0',
      layers: [root],
      config: { Entrypoint: ['/usr/bin/curl'], User: '100:101', Env },
    },
  ];
}

function systemImages(cluster: string): Image[] {
  const image = (reference: string, program: string): Image => ({
    reference,
    layers: [{ [program]: join(cluster, program) }],
    config: { Entrypoint: [`/${program}`] },
  });
  return [image('registry.k8s.io/coredns/coredns:v1.14.5', 'coredns'), image(pauseImage, 'pause')];
}

async function archive(name: string, images: Image[], options: Options): Promise<string> {
  const make = async (directory: string) => {
    options.onProgress({ phase: 'Images', detail: images.map(({ reference }) => reference).join(', ') });
    await writeDockerArchive(join(directory, 'images.tar'), images);
  };
  // the paths of what they are made of hold the keys of those
  const recipe = { name: `images-${name}`, ingredients: [process.arch, JSON.stringify(images)], make };
  return join(await artefact(recipe, options), 'images.tar');
}

/** In turn, as two builds at once would compile twice what they share. */
async function allPrograms(version: IstioVersion, options: Options): Promise<{ cluster: string; istio: string }> {
  const cluster = await programs(options);
  return { cluster, istio: await istioPrograms(version, options) };
}

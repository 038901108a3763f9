import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OnProgress } from '../cluster/types.ts';
import { artefact } from './cache.ts';
import { type Image, writeDockerArchive, writeLayer } from './docker-archive.ts';
import { envoy } from './envoy.ts';
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
export const corednsImage = 'registry.k8s.io/coredns/coredns:v1.14.5';

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Returns the archives of all images of a cluster with this Istio, built from source where they aren't there. */
export async function images(version: IstioVersion, options: Options): Promise<Archives> {
  const { onProgress } = options;
  const [{ cluster, istio }, proxy, root] = await together(options.signal, [
    (signal: AbortSignal) => allPrograms(version, { onProgress, signal }),
    (signal: AbortSignal) => envoy({ onProgress, signal }),
    (signal: AbortSignal) => rootFileSystem({ onProgress, signal }),
  ] as const);
  const [forIstio, forAll] = await together(options.signal, [
    (signal: AbortSignal) =>
      artefact(istioArchive(version, { istio, proxy, root }, onProgress), { onProgress, signal }),
    (signal: AbortSignal) => artefact(otherArchives(cluster, root, onProgress), { onProgress, signal }),
  ] as const);
  return {
    istio: join(forIstio, 'istio.tar'),
    workloads: join(forAll, 'workloads.tar'),
    system: join(forAll, 'system.tar'),
  };
}

function istioArchive(version: string, from: { istio: string; proxy: string; root: string }, onProgress: OnProgress) {
  const make = async (directory: string) => {
    onProgress({ phase: 'Images', detail: `istio/pilot and istio/proxyv2 ${version}` });
    const bootstrap = {
      name: 'var/lib/istio/envoy/envoy_bootstrap_tmpl.json',
      content: { file: join(from.istio, 'envoy_bootstrap.json') },
    };
    const program = (file: string) => ({
      name: `usr/local/bin/${basename(file)}`,
      mode: 0o755,
      content: { file },
    });
    const pilot = await writeLayer(join(directory, 'pilot'), [program(join(from.istio, 'pilot-discovery')), bootstrap]);
    const agent = [program(join(from.istio, 'pilot-agent')), program(from.proxy), bootstrap];
    const proxy = await writeLayer(join(directory, 'proxy'), agent);
    const image = (name: string, layer: string, entry: string): Image => ({
      reference: `docker.io/istio/${name}:${version}`,
      layers: [from.root, layer],
      config: { Entrypoint: [`/usr/local/bin/${entry}`], User: '1337:1337', Env: [path] },
    });
    await writeDockerArchive(join(directory, 'istio.tar'), [
      image('pilot', pilot, 'pilot-discovery'),
      image('proxyv2', proxy, 'pilot-agent'),
    ]);
    await Promise.all([pilot, proxy].map((file) => rm(file)));
  };
  return { name: `images-istio-${version}`, ingredients: Object.values(from), make };
}

function otherArchives(programs: string, root: string, onProgress: OnProgress) {
  const make = async (directory: string) => {
    onProgress({ phase: 'Images', detail: 'go-httpbin, curl, CoreDNS, pause' });
    const layer = (program: string, name: string) =>
      writeLayer(join(directory, program), [{ name, mode: 0o755, content: { file: join(programs, program) } }]);
    const httpbin = await layer('go-httpbin', 'bin/go-httpbin');
    const coredns = await layer('coredns', 'coredns');
    const pause = await layer('pause', 'pause');
    await writeDockerArchive(join(directory, 'workloads.tar'), [
      {
        reference: 'docker.io/mccutchen/go-httpbin:v2.15.0',
        layers: [httpbin],
        config: { Entrypoint: ['/bin/go-httpbin'], User: '65532', Env: [path] },
      },
      {
        reference: 'docker.io/curlimages/curl:8.16.0',
        layers: [root],
        config: { Entrypoint: ['/usr/bin/curl'], User: '100:101', Env: [path] },
      },
    ]);
    await writeDockerArchive(join(directory, 'system.tar'), [
      { reference: corednsImage, layers: [coredns], config: { Entrypoint: ['/coredns'] } },
      { reference: pauseImage, layers: [pause], config: { Entrypoint: ['/pause'] } },
    ]);
    await Promise.all([httpbin, coredns, pause].map((file) => rm(file)));
  };
  return { name: 'images', ingredients: [programs, root], make };
}

/** In turn, as two builds at once would compile twice what they share. */
async function allPrograms(version: IstioVersion, options: Options): Promise<{ cluster: string; istio: string }> {
  const cluster = await programs(options);
  return { cluster, istio: await istioPrograms(version, options) };
}

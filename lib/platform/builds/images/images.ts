import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { artefact } from '../cache.ts';
import type { BuildContext } from '../context.ts';
import { echo } from '../go/echo.ts';
import { programs } from '../go/programs.ts';
import { together } from '../together.ts';
import { type Image, writeDockerArchive } from './docker-archive.ts';
import { imageNames, istioImage } from './image-names.ts';
import { ensurePackages, forImages } from './packages.ts';
import { rootFileSystem } from './root-file-system.ts';

/** The layers of Istio's images that differ between releases. */
export const istioLayers = ['pilot', 'proxy', 'envoy'] as const;
/** The directory with the content of each layer. */
export type IstioLayers = Record<(typeof istioLayers)[number], string>;

/** A file in each placeholder layer of the native cluster's images; it contains the name of the layer to put there. */
export const layerMark = 'automtls-layer';

const Env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/**
 * Returns the archives of all images of a native cluster. Istio's images consist of a base and placeholders for the
 * layers of a release. They have the names of all these versions, so that all releases share the same archives.
 */
export async function nativeImages(versions: string[], options: BuildContext): Promise<string[]> {
  const ingredients = await ingredientsOf(options);
  const { cluster, root } = ingredients;
  const place = (layer: string) => ({ [layerMark]: Buffer.from(layer) });
  const places = { pilot: place('pilot'), proxy: place('proxy'), envoy: place('envoy') };
  return together(options.signal, [
    (signal) => archive('istio', istioImages(versions, root, places), { ...options, signal }),
    (signal) => archive('workloads', workloadImages(ingredients), { ...options, signal }),
    (signal) => archive('system', systemImages(cluster), { ...options, signal }),
  ]);
}

/** Returns the archives of one version of Istio and of the workloads, to load into a cluster such as kind's. */
export async function imagesOf(
  version: string,
  layers: IstioLayers,
  options: BuildContext,
): Promise<{ istio: string; workloads: string }> {
  const ingredients = await ingredientsOf(options);
  const { root } = ingredients;
  const [pilot, proxy, envoy] = await Promise.all(istioLayers.map((layer) => filesIn(layers[layer])));
  const images = istioImages([version], root, { pilot, proxy, envoy } as Layers);
  const [istio, workloads] = await together(options.signal, [
    (signal) => archive(`istio-${version}`, images, { ...options, signal }),
    (signal) => archive('workloads', workloadImages(ingredients), { ...options, signal }),
  ]);
  return { istio, workloads };
}

/** Directories of what images are made of. */
interface Ingredients {
  cluster: string;
  echo: string;
  root: string;
}

async function ingredientsOf(options: BuildContext): Promise<Ingredients> {
  const { onProgress } = options;
  await ensurePackages(forImages, options);
  const [cluster, server, root] = await together(options.signal, [
    (signal) => programs({ onProgress, signal }),
    (signal) => echo({ onProgress, signal }),
    (signal) => rootFileSystem({ onProgress, signal }),
  ]);
  return { cluster, echo: server, root };
}

type ArchiveFiles = Record<string, string | Buffer>;
type Layers = Record<(typeof istioLayers)[number], ArchiveFiles>;

function istioImages(versions: string[], root: string, { pilot, proxy, envoy }: Layers): Image[] {
  const image = (name: 'pilot' | 'proxyv2', program: string, layers: ArchiveFiles[]): Image => ({
    references: versions.map((version) => istioImage(name, version)),
    layers: [root, ...layers],
    config: { Entrypoint: [`/usr/local/bin/${program}`], User: '1337:1337', Env },
  });
  return [image('pilot', 'pilot-discovery', [pilot]), image('proxyv2', 'pilot-agent', [proxy, envoy])];
}

/** Like the upstream images: go-httpbin listens on 8080; curl's has a shell and does not run as root; the echo server's has a certificate. */
function workloadImages({ cluster, echo, root }: Ingredients): Image[] {
  return [
    {
      references: [imageNames.httpbin],
      layers: [{ 'bin/go-httpbin': join(cluster, 'go-httpbin') }],
      config: { Entrypoint: ['/bin/go-httpbin'], User: '65532', Env },
    },
    {
      references: [imageNames.curl],
      layers: [root],
      config: { Entrypoint: ['/usr/bin/curl'], User: '100:101', Env },
    },
    echoImage(imageNames.echo, echo),
  ];
}

/**
 * Returns the image of an echo server.
 * @param directory the directory with `server`, `cert.crt` and `cert.key`
 */
export function echoImage(reference: string, directory: string): Image {
  const files = { 'usr/local/bin/server': 'server', 'cert.crt': 'cert.crt', 'cert.key': 'cert.key' };
  const layer = Object.fromEntries(Object.entries(files).map(([path, name]) => [path, join(directory, name)]));
  return {
    references: [reference],
    layers: [layer],
    config: { Entrypoint: ['/usr/local/bin/server'], User: '1338', Env },
  };
}

function systemImages(cluster: string): Image[] {
  const image = (reference: string, program: string): Image => ({
    references: [reference],
    layers: [{ [program]: join(cluster, program) }],
    config: { Entrypoint: [`/${program}`] },
  });
  return [image(imageNames.coredns, 'coredns'), image(imageNames.pause, 'pause')];
}

async function archive(name: string, images: Image[], options: BuildContext): Promise<string> {
  const make = async (directory: string) => {
    const names = images.map(({ references }) => references[0]).join(', ');
    options.onProgress({ phase: 'Images', detail: names });
    await writeDockerArchive(join(directory, 'images.tar'), images);
  };
  // The images' files are in artefacts, whose paths contain their cache keys.
  const recipe = { name: `images-${name}`, ingredients: [process.arch, JSON.stringify(images)], make };
  return join(await artefact(recipe, options), 'images.tar');
}

/** Returns the paths of all files in a directory tree, by their paths relative to it. */
async function filesIn(directory: string): Promise<ArchiveFiles> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(files.map((file) => [relative(directory, file), file]));
}

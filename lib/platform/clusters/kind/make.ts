import { mkdir } from 'node:fs/promises';
import { together } from '../../builds/index.ts';
import { messageOf } from '../../errors.ts';
import { chooseIstio, type IstioChoice, installIstio, nodeImageFor, sourceOf } from '../../istio/index.ts';
import { assertEngine, type Engine } from '../docker.ts';
import { directoryOf, newName } from '../name.ts';
import type { AcquireContext } from '../provider.ts';
import type { Acquired } from '../types.ts';
import { pulled } from './images.ts';
import { create, type KindTool, kubeconfigOf, load, remove, removeHalfMade } from './node.ts';
import { kindProgram } from './program.ts';
import { sweepKind } from './sweep.ts';

/**
 * Creates a kind cluster with Istio for this process.
 * @param istio a release (`1.31`, `1.31.1`) or a snapshot (`1.31-dev`); the newest release by default
 * @param options.image the node image; the release's by default
 * @throws UsageError if Docker, the network or the release is missing
 */
export async function makeKind(
  istio: string | undefined,
  options: AcquireContext & { image?: string | undefined },
): Promise<Acquired> {
  const choice = chooseIstio(istio);
  const engine = await assertEngine('kind');
  const program = await kindProgram(options);
  for (const done of await sweepKind()) options.onProgress({ phase: 'sweep', detail: done });
  const name = newName();
  const kind = { program, name };
  const image = options.image ?? nodeImageFor(choice.release);
  try {
    const notes = await make(kind, { ...options, choice, engine, image });
    const cluster = { name, kubeconfig: kubeconfigOf(name), context: contextOf(name) };
    return { cluster: { provider: 'kind', ...cluster, owned: true }, notes, stays: false, release: () => remove(kind) };
  } catch (error) {
    options.onProgress({ phase: 'kind', detail: `deleting ${name}` });
    await removeHalfMade(kind).catch((left) => options.onProgress({ phase: 'kind', detail: messageOf(left) }));
    throw error;
  }
}

interface Making extends AcquireContext {
  choice: IstioChoice;
  engine: Engine;
  image: string;
}

/** Creates the cluster and returns its notes. Slow parts run in parallel. */
async function make(kind: KindTool, { choice, engine, image, onProgress, signal }: Making): Promise<string[]> {
  const { name } = kind;
  const directory = directoryOf(name);
  await mkdir(directory, { mode: 0o700 });
  const { images } = choice;
  const [{ source, archives, notes }, istioImages, workloadImages] = await together(signal, [
    (signal) => sourceOf(choice, { onProgress, signal }),
    (signal) => pulled(images.istio, { name: 'istio', directory, engine, onProgress, signal }),
    (signal) => pulled(images.workloads, { name: 'workloads', directory, engine, onProgress, signal }),
    (signal) => create(kind, { image, onProgress, signal }),
  ]);
  onProgress({ phase: 'images', detail: `loading into ${name}` });
  await load(kind, [...archives.istio, ...istioImages], signal);
  const where = { kubeconfig: kubeconfigOf(name), context: contextOf(name) };
  await together(signal, [
    (signal) => load(kind, [...archives.workloads, ...workloadImages], signal),
    (signal) => installIstio({ source, ...where, onProgress, signal }),
  ]);
  return notes;
}

function contextOf(name: string): string {
  return `kind-${name}`;
}

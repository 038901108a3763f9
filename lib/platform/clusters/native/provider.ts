import { istioTest } from '../../builds/index.ts';
import { UsageError } from '../../errors.ts';
import { builtReleaseFor, moduleOf, newestBuilt, notesOf } from '../../istio/index.ts';
import type { AcquireContext, ClusterProvider } from '../provider.ts';
import type { Acquired } from '../types.ts';
import { down, up } from './index.ts';
import { KEPT, keptCluster } from './kept/kept.ts';
import { loadImages } from './load-images.ts';
import { nightly } from './nightly.ts';

/** A cluster built from source and started here, without Docker. */
export const native = {
  name: 'native',
  istio: 'a minor from 1.10 on, such as 1.24',
  flags: {
    'native-name': {
      value: 'NAME',
      about: 'the cluster that npx automtls cluster up --native-name NAME keeps (default: dev)',
    },
  },
  auto: { when: 'native', available: () => true },
  action: 'native builds one without Docker, on a runner that works as root',
  nightly,
  acquire: ({ istio, flags }, context) => acquire({ asked: istio, name: flags['native-name'] }, context),
} satisfies ClusterProvider<'native-name'>;

/**
 * The kept cluster if it runs the requested Istio, or if none is requested; otherwise a new one, unless the user named
 * the kept one.
 */
async function acquire(
  { asked, name: named }: { asked: string | undefined; name: string | undefined },
  context: AcquireContext,
): Promise<Acquired> {
  const kept = await keptCluster(named);
  if (named !== undefined && kept === undefined) {
    throw new UsageError(
      `No native cluster ${named} is running: start it with npx automtls cluster up --native-name ${named}.`,
    );
  }
  const release = builtReleaseFor(asked ?? kept?.istio ?? newestBuilt().module.version);
  const istio = release.module.version;
  const notes = notesOf(release);
  if (kept?.istio === istio) {
    const cluster = await up({ name: named ?? KEPT, istio, lasting: true, ...context });
    return { cluster, notes, stays: true, release: async () => {} };
  }
  if (named !== undefined) {
    throw new UsageError(
      `The native cluster ${named} runs Istio ${kept?.istio}, not ${istio}: leave --istio or --native-name out.`,
    );
  }
  if (kept !== undefined) {
    const detail = `${KEPT} runs Istio ${kept.istio}: starting another cluster with ${istio}`;
    context.onProgress({ phase: 'cluster', detail });
  }
  const name = `run-${process.pid}`;
  const cluster = await up({ name, istio, lasting: false, ...context });
  return {
    cluster,
    notes,
    stays: false,
    release: () => down({ name, onProgress: context.onProgress }),
    istioTest: async (options) => {
      const { test, archive } = await istioTest(moduleOf(release), options);
      await loadImages(name, archive, options);
      return test;
    },
  };
}

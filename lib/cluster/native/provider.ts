import { istioTest } from '../../build/istio-test.ts';
import { moduleOf, notesOf } from '../../istio/built.ts';
import { builtReleaseFor, newestBuilt } from '../../istio/releases.ts';
import type { AcquireContext, ClusterProvider } from '../provider.ts';
import type { Acquired } from '../types.ts';
import { down, up } from './index.ts';
import { KEPT, keptCluster } from './kept.ts';
import { loadImages } from './load-images.ts';
import { nightly } from './nightly.ts';

/** A cluster built from source and started here, without Docker. */
export const native = {
  name: 'native',
  istio: 'a minor from 1.10 on, such as 1.24',
  flags: {},
  auto: { when: 'native', available: () => true },
  nightly,
  acquire: ({ istio }, context) => acquire(istio, context),
} satisfies ClusterProvider;

/** The kept cluster if it runs the requested Istio, or if none is requested; otherwise a new one. */
async function acquire(asked: string | undefined, context: AcquireContext): Promise<Acquired> {
  const kept = await keptCluster();
  const release = builtReleaseFor(asked ?? kept?.istio ?? newestBuilt().module.version);
  const istio = release.module.version;
  const notes = notesOf(release);
  if (kept?.istio === istio) {
    const cluster = await up({ name: KEPT, istio, lasting: true, ...context });
    return { cluster, notes, stays: true, release: async () => {} };
  }
  if (kept !== undefined) {
    const detail = `${KEPT} runs Istio ${kept.istio}: starting another cluster with ${istio}`;
    context.onProgress({ phase: 'cluster', detail });
  }
  const name = `run-${process.pid}`;
  const cluster = await up({ name, istio, lasting: false, ...context });
  return {
    ...{ cluster, notes, stays: false },
    release: () => down({ name, onProgress: context.onProgress }),
    istioTest: async (options) => {
      const { test, archive } = await istioTest(moduleOf(release), options);
      await loadImages(name, archive, options);
      return test;
    },
  };
}

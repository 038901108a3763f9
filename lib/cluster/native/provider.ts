import { notesOf } from '../../istio/built.ts';
import { builtReleaseFor, newestBuilt } from '../../istio/releases.ts';
import type { AcquireContext, ClusterProvider } from '../provider.ts';
import type { Acquired } from '../types.ts';
import { down, up } from './index.ts';
import { KEPT, keptCluster } from './kept.ts';
import { nightly } from './nightly.ts';

/** A cluster built from source and run here, without Docker. */
export const native = {
  name: 'native',
  istio: 'a minor, such as 1.24 (from 1.10 on)',
  flags: {},
  auto: { when: 'native', available: () => true },
  nightly,
  acquire: ({ istio }, context) => acquire(istio, context),
} satisfies ClusterProvider;

/** The kept cluster where it runs with the Istio that is asked for, or where none is; else one of its own. */
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
    const detail = `${KEPT} runs with Istio ${kept.istio}: another one with ${istio} is booted beside it`;
    context.onProgress({ phase: 'cluster', detail });
  }
  const name = `run-${process.pid}`;
  const cluster = await up({ name, istio, lasting: false, ...context });
  return { cluster, notes, stays: false, release: () => down({ name, onProgress: context.onProgress }) };
}

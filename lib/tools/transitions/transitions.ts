import { formatRelease } from '../../model/index.ts';
import type { Acquired } from '../../platform/clusters/index.ts';
import { InconclusiveError } from '../../platform/errors.ts';
import { VERSION } from '../../platform/machine.ts';
import type { OnProgress } from '../../platform/progress.ts';
import { endRun, populate, prepare } from '../../run/index.ts';
import { topology } from '../../scenario/index.ts';
import { exitCodeOf } from './judge.ts';
import { inOrder } from './paths.ts';
import { settingName } from './settings.ts';
import type { ExpectedSetting, Path, PathResult, Transitions } from './types.ts';
import { expected, type Ground, isRace, walk } from './walk.ts';

export interface TransitionsOptions {
  acquired: Acquired;
  paths: readonly Path[];
  /** How often each path is tried. */
  times: number;
  istio: string | undefined;
  signal: AbortSignal;
  onProgress: OnProgress;
}

/**
 * Walks each path some times on a live mesh, while a client with a sidecar sends requests to a server with one.
 * @throws UsageError if the cluster is unsuitable, or refuses an object
 * @throws InconclusiveError if the workloads do not become ready
 */
export async function transitions(options: TransitionsOptions): Promise<Transitions> {
  const { acquired, paths, times, istio, signal, onProgress } = options;
  const { cluster } = acquired;
  const startedAt = new Date().toISOString();
  const begunAt = performance.now();
  const start = { cluster, topologies: [topology('auto-mtls')], istio, meshWide: false, keep: false };
  const prepared = await prepare({ ...start, signal, onProgress });
  try {
    const { run, learned } = await populate(prepared, { keep: false });
    if (learned.blocked !== undefined) throw new InconclusiveError(learned.blocked);
    const ground: Ground = { run: { ...run, onProgress: () => {} }, learned };
    const results = paths.map((path) => untriedPath(ground, path));
    const ordered = inOrder(results, settingName({ mode: 'none', rule: 'none' }));
    for (let nth = 0; nth < times; nth += 1) {
      for (const [at, { name, settings, tries }] of ordered.entries()) {
        const progress = { done: nth * results.length + at, total: times * results.length };
        onProgress({ phase: 'transitions', ...progress, detail: name });
        tries.push(await walk(ground, settings));
      }
    }
    return {
      schema: 'automtls.dev/transitions/v1',
      automtls: { version: VERSION },
      startedAt,
      ms: performance.now() - begunAt,
      cluster: { provider: cluster.provider, name: cluster.name, kubernetes: run.kube.version },
      istio: {
        version: run.istio.version,
        release: formatRelease(run.istio.mesh.release),
        notes: acquired.notes,
      },
      paths: results,
      exitCode: exitCodeOf(results),
    };
  } finally {
    await endRun(prepared.run);
  }
}

/** Returns a path with what the model says of it. */
function untriedPath(ground: Ground, path: Path): PathResult {
  const settings = path.settings.map((one) => expected(ground, one));
  const races = settings.slice(1).map((after, at) => isRace(ground, settings[at] as ExpectedSetting, after));
  return { ...path, settings, races, tries: [] };
}

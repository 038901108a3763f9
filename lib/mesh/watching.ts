import { kinds, meshKinds, typeOf } from '../kinds/index.ts';
import type { KubeObject, ObjectChange } from '../model/index.ts';
import { messageOf, UsageError } from '../platform/errors.ts';
import type { Istio } from '../platform/istio/index.ts';
import { type Kube, type ObjectWatch, servedVersion, type Watchable, watchObjects } from '../platform/kube/index.ts';

/** Watches on all that others could change of the mesh, from the start of a run until its end. */
export interface Watching {
  /**
   * Begins to watch, or begins anew: what was before is forgotten. A kind that may not be listed is left out; that it was
   * not read is said elsewhere.
   * @throws InconclusiveError if the API server fails or cannot be reached
   */
  begin(): Promise<void>;
  /**
   * Returns what anybody has changed since the last call, once the watches have seen what lists show. A kind that may not
   * be watched is compared with what it was then.
   * @param listed the objects of the kinds that were listed
   */
  changes(listed: ObjectsByKind): Promise<{ changes: ObjectChange[]; behind: string[] }>;
  /** Returns which kinds are not watched, and why the first of them is not; undefined if all are. */
  unwatched(): string | undefined;
  stop(): void;
}

/** Objects by their kind. */
export type ObjectsByKind = ReadonlyMap<string, readonly KubeObject[]>;

/** What is watched: a cluster, and the mesh configuration among its objects. */
interface WatchedCluster {
  readonly kube: Kube;
  readonly istio: Pick<Istio, 'configMap'>;
}

/** Returns watches that have not begun, and so have seen nothing. */
export function watchingOn(run: WatchedCluster): Watching {
  let unbegun: { kind: string; why: string }[] = [];
  let watches: { kind: string; watch: ObjectWatch }[] = [];
  const stop = (): void => {
    for (const { watch } of watches) watch.stop();
    watches = [];
  };
  return {
    begin: async () => {
      stop();
      ({ unbegun, watches } = await begunOn(run));
    },
    changes: async (listed) => {
      const behind = await Promise.all(watches.map(({ kind, watch }) => seen(watch, listed.get(kind))));
      return {
        changes: watches.flatMap(({ watch }) => watch.take()),
        behind: behind.flatMap((words) => (words === undefined ? [] : [words])),
      };
    },
    unwatched: () => {
      const refused = watches.flatMap(({ kind, watch }) => {
        const why = watch.refusal();
        return why === undefined ? [] : [{ kind, why }];
      });
      const [first, ...others] = [...unbegun, ...refused];
      if (first === undefined) return undefined;
      return `${[first, ...others].map(({ kind }) => kind).join(', ')} (${first.why})`;
    },
    stop,
  };
}

/** Begins a watch on each kind. Returns those that began, and why others did not. */
async function begunOn(run: WatchedCluster) {
  const begun = await Promise.all(
    watchablesOn(run).map(async (what) => ({
      what,
      watch: await watchObjects(run.kube, what).catch(messageIfRefused),
    })),
  );
  return {
    unbegun: begun.flatMap(({ what, watch }) => (typeof watch === 'string' ? [{ kind: what.kind, why: watch }] : [])),
    watches: begun.flatMap(({ what, watch }) => (typeof watch === 'string' ? [] : [{ kind: what.kind, watch }])),
  };
}

async function seen(watch: ObjectWatch, listed: readonly KubeObject[] | undefined): Promise<string | undefined> {
  return listed === undefined ? undefined : watch.caughtUp(listed);
}

function messageIfRefused(error: unknown): string {
  if (!(error instanceof UsageError)) throw error;
  return messageOf(error);
}

function watchablesOn({ kube, istio }: WatchedCluster): Watchable[] {
  const { namespace = '', name } = istio.configMap.metadata;
  return [
    ...meshKinds.flatMap(({ kind, group, resource }) => {
      const apiVersion = servedVersion(kube.served, { group, kind });
      return apiVersion === undefined ? [] : [{ apiVersion, kind, resource }];
    }),
    { ...typeOf('ConfigMap'), resource: kinds.ConfigMap.resource, only: { namespace, name } },
  ];
}

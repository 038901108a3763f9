import { formatRelease, gatesBetween, type Reason } from '../../model/index.ts';
import { UsageError } from '../../platform/errors.ts';
import type { OnProgress } from '../../platform/progress.ts';
import { meshFrom } from '../mesh/mesh.ts';
import type { Snapshot } from '../snapshot.ts';
import { everyPair, type Survey, surveyOf } from '../survey.ts';
import { type Comparison, comparison, type PairChange } from './compare.ts';

/** What another release of Istio changes in a mesh. */
export interface Upgrade {
  before: Survey;
  after: Survey;
  comparison: Comparison;
  /** The rules of one of the two releases by which the answers of pairs change. */
  gates: ReadonlyMap<PairChange, readonly Reason[]>;
  notes: readonly string[];
}

/**
 * Returns what changes in a mesh when its Istio is of another release: istiod, and after a restart the sidecars.
 * @param from the release that it has, if the snapshot does not show it
 * @throws UsageError if a release is not known, or it is the one that the mesh has
 */
export function upgradeOf(
  snapshot: Snapshot,
  { from, to }: { from?: string | undefined; to: string },
  onProgress?: OnProgress,
): Upgrade {
  const mesh = meshFrom(snapshot, from);
  const then = meshFrom(snapshot, from, to);
  const releases = [mesh, then].map(({ plane }) => formatRelease(plane.mesh.release));
  if (releases[0] === releases[1]) {
    throw new UsageError(`--to: the mesh has Istio ${releases[0]} already: name another release.`);
  }
  const before = surveyOf(mesh, everyPair, onProgress);
  const after = surveyOf(then, everyPair, onProgress);
  const compared = comparison(before, after);
  const [a, b] = [mesh.plane.mesh.release, then.plane.mesh.release];
  return {
    before,
    after,
    comparison: compared,
    gates: new Map(
      compared.pairs.map((pair) => {
        const { before: was, after: is } = pair.example;
        return [pair, gatesBetween([...was.reasons], [...is.reasons], a, b)];
      }),
    ),
    notes: [...new Set([...mesh.notes, ...then.notes])],
  };
}

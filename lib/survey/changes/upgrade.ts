import { meshKinds } from '../../kinds/index.ts';
import { formatRelease, gatesBetween, nameOf, type Reason, versionsOn } from '../../model/index.ts';
import { UsageError } from '../../platform/errors.ts';
import type { OnProgress } from '../../platform/progress.ts';
import { meshFrom, type SurveyedMesh } from '../mesh/mesh.ts';
import type { Snapshot } from '../snapshot.ts';
import { everyPair, type Survey, surveyOf } from '../survey.ts';
import { type Comparison, comparison, type PairChange } from './compare.ts';
import { withOwnExamples } from './example.ts';

/** How many objects a note names. */
const MOST_NAMED = 4;

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
  const compared = withOwnExamples(comparison(before, after), before, after);
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
    notes: [...unservedNotes(mesh), ...new Set([...mesh.notes, ...then.notes])],
  };
}

/** Manifests may be written for the newer release already. What the older one does not serve cannot be on it. */
function unservedNotes({ snapshot, policies, plane }: SurveyedMesh): string[] {
  if (snapshot.source === 'cluster') return [];
  const { release } = plane.mesh;
  const isServed = ({ kind, apiVersion }: (typeof policies)[number]): boolean => {
    const known = meshKinds.find((one) => one.kind === kind && apiVersion.startsWith(`${one.group}/`));
    return (
      known === undefined || versionsOn(release, known).some((version) => apiVersion === `${known.group}/${version}`)
    );
  };
  const names = policies.filter((object) => !isServed(object)).map(nameOf);
  if (names.length === 0) return [];
  const some = names.length > MOST_NAMED ? [...names.slice(0, MOST_NAMED), `${names.length - MOST_NAMED} more`] : names;
  return [
    `Istio ${formatRelease(release)} does not serve the API version of ${new Intl.ListFormat('en').format(some)}: taken as not there before. If your mesh has them in an older version, compare manifests in that version`,
  ];
}

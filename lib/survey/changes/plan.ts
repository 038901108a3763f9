import { meshKinds } from '../../kinds/index.ts';
import type { OnProgress } from '../../platform/progress.ts';
import { meshFrom, type SurveyedMesh } from '../mesh/mesh.ts';
import { nameOfServer } from '../pairs/servers.ts';
import type { Requirement } from '../select.ts';
import { objectsOf, type Snapshot } from '../snapshot.ts';
import { everyPair, type Survey, surveyOf } from '../survey.ts';
import { type Comparison, comparison, type PairChange } from './compare.ts';
import { withOwnExamples } from './example.ts';
import { type Order, orderOf } from './order.ts';
import { deltasBetween, type Edit, type Edited, edited, type ObjectDelta } from './overlay.ts';
import { partly } from './part.ts';

/** What an edit of a mesh changes. */
export interface Plan {
  before: Survey;
  after: Survey;
  deltas: readonly ObjectDelta[];
  comparison: Comparison;
  /** The objects that change the answers of pairs; none if no single one does. */
  causes: ReadonlyMap<PairChange, readonly ObjectDelta[]>;
  /** Undefined if no policy changes anything. */
  order: Order | undefined;
  /** What people should know, one sentence each. */
  notes: readonly string[];
  /** What is required of the mesh afterwards; absent if nothing is. */
  required?: Requirement;
}

/**
 * Returns what an edit of a mesh changes.
 * @param istio the release that the user named
 * @throws UsageError if the release is not known, what is to be deleted is not there, or the mesh configuration cannot
 * be read
 */
export function planOf(base: Snapshot, edit: Edit, istio?: string, onProgress?: OnProgress): Plan {
  return planned(base, edited(base, edit), istio, onProgress);
}

/**
 * Returns what changes from one folder of manifests to another.
 * @throws UsageError as planOf
 */
export function planBetween(from: Snapshot, to: Snapshot, istio: string, onProgress?: OnProgress): Plan {
  return planned(from, { snapshot: to, deltas: deltasBetween(from, to) }, istio, onProgress);
}

function planned(
  base: Snapshot,
  { snapshot, deltas }: Edited,
  istio: string | undefined,
  onProgress: OnProgress | undefined,
): Plan {
  const survey = (of: Snapshot): Survey => surveyOf(meshFrom(of, istio), everyPair, onProgress);
  const before = survey(base);
  const after = survey(snapshot);
  // Nothing and all of it are there already.
  const surveyWith: SurveyWith = (some) => {
    if (some.length === 0) return before;
    if (some.length === deltas.length) return after;
    return survey(partly(base, snapshot, new Set(some.map(({ name }) => name))));
  };
  const compared = withOwnExamples(comparison(before, after), before, after);
  const alone = comparisonsAlone(before, surveyWith);
  return {
    before,
    after,
    deltas,
    comparison: compared,
    causes: new Map(compared.pairs.map((pair) => [pair, causesOf(pair, deltas, alone)])),
    order: compared.pairs.length === 0 ? undefined : orderIn(deltas, surveyWith),
    notes: notesOf(before.mesh, after.mesh, deltas),
  };
}

/** Returns the survey of the mesh with only these objects changed. */
type SurveyWith = (some: readonly ObjectDelta[]) => Survey;

/** Workloads and Services come first, as nothing is asked of what is not there; of policies the order is sought. */
function orderIn(deltas: readonly ObjectDelta[], surveyWith: SurveyWith): Order | undefined {
  const isPolicy = ({ kind }: ObjectDelta): boolean =>
    kind === 'ConfigMap' || meshKinds.some((one) => one.kind === kind);
  const { policies = [], others = [] } = Object.groupBy(deltas, (delta) => (isPolicy(delta) ? 'policies' : 'others'));
  return policies.length === 0 ? undefined : orderOf(policies, (some) => surveyWith([...others, ...some]));
}

/** With more objects it is not looked at which of them does something by itself. */
const MOST_ALONE = 12;

/** Returns what an object changes when it alone does; each is found once. */
type Alone = (delta: ObjectDelta) => Comparison;

function comparisonsAlone(before: Survey, surveyWith: SurveyWith): Alone {
  const known = new Map<ObjectDelta, Comparison>();
  return (delta) => {
    const found = known.get(delta) ?? comparison(before, surveyWith([delta]));
    known.set(delta, found);
    return found;
  };
}

/** Returns the objects that the reasons name, otherwise those that do the same when they are applied alone. */
function causesOf(pair: PairChange, deltas: readonly ObjectDelta[], alone: Alone): readonly ObjectDelta[] {
  if (deltas.length === 1) return deltas;
  const { before, after } = pair.example;
  const cited = [before, after].flatMap(({ reasons, notJudged, mayRefuse }) => [
    ...reasons.flatMap(({ object }) => object ?? []),
    ...notJudged,
    ...mayRefuse,
  ]);
  const named = deltas.filter(({ name }) => cited.some((text) => text === name || text.startsWith(`${name} `)));
  if (named.length > 0) return named;
  return deltas.length > MOST_ALONE ? [] : deltas.filter((delta) => alone(delta).pairs.some((one) => isIn(one, pair)));
}

/** Returns whether the first pair of a row changes alike in another. */
function isIn(other: PairChange, { how, after, clients, servers }: PairChange): boolean {
  const [client] = clients;
  const [server] = servers;
  return (
    other.how === how &&
    other.after === after &&
    other.clients.some(({ name }) => name === client?.name) &&
    other.servers.some((one) => server !== undefined && nameOfServer(one) === nameOfServer(server))
  );
}

/** Returns what a plan cannot know, and what both meshes assume. */
function notesOf(before: SurveyedMesh, after: SurveyedMesh, deltas: readonly ObjectDelta[]): string[] {
  return [...new Set([...before.notes, ...after.notes]), ...namespaceNotes(after, deltas)];
}

/** A label of a namespace acts on pods that are made later, and those of a cluster are there. */
function namespaceNotes({ snapshot }: SurveyedMesh, deltas: readonly ObjectDelta[]): string[] {
  const names = deltas.filter(({ kind, action }) => kind === 'Namespace' && action === 'changed');
  if (snapshot.source === 'files' || names.length === 0 || objectsOf(snapshot, 'Pod').length === 0) return [];
  return names.map(
    ({ name }) =>
      `${name} changes: who gets a sidecar by its labels is decided when pods are made, and the pods are taken as they are now`,
  );
}

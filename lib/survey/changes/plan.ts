import { meshKinds } from '../../kinds/index.ts';
import { meshFrom, type SurveyedMesh } from '../mesh/mesh.ts';
import { nameOfClient } from '../pairs/clients.ts';
import { nameOfServer } from '../pairs/servers.ts';
import { objectsOf, type Snapshot } from '../snapshot.ts';
import { type Survey, surveyOf } from '../survey.ts';
import { type Comparison, comparison, type PairChange } from './compare.ts';
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
}

/**
 * Returns what an edit of a mesh changes.
 * @param istio the release that the user named
 * @throws UsageError if the release is not known, what is to be deleted is not there, or the mesh configuration cannot
 * be read
 */
export function planOf(base: Snapshot, edit: Edit, istio?: string): Plan {
  return planned(base, edited(base, edit), istio);
}

/**
 * Returns what changes from one folder of manifests to another.
 * @throws UsageError as planOf
 */
export function planBetween(from: Snapshot, to: Snapshot, istio: string): Plan {
  return planned(from, { snapshot: to, deltas: deltasBetween(from, to) }, istio);
}

function planned(base: Snapshot, { snapshot, deltas }: Edited, istio: string | undefined): Plan {
  const meshWith = (some: readonly ObjectDelta[]): SurveyedMesh =>
    meshFrom(partly(base, snapshot, new Set(some.map(({ name }) => name))), istio);
  const before = surveyOf(meshFrom(base, istio));
  const after = surveyOf(meshFrom(snapshot, istio));
  const compared = comparison(before, after);
  return {
    before,
    after,
    deltas,
    comparison: compared,
    causes: new Map(compared.pairs.map((pair) => [pair, causesOf(pair, deltas, meshWith)])),
    order: compared.pairs.length === 0 ? undefined : orderIn(deltas, meshWith),
    notes: notesOf(before.mesh, after.mesh, deltas),
  };
}

type MeshWith = (some: readonly ObjectDelta[]) => SurveyedMesh;

/** Workloads and Services come first, as nothing is asked of what is not there; of policies the order is sought. */
function orderIn(deltas: readonly ObjectDelta[], meshWith: MeshWith): Order | undefined {
  const isPolicy = ({ kind }: ObjectDelta): boolean =>
    kind === 'ConfigMap' || meshKinds.some((one) => one.kind === kind);
  const { policies = [], others = [] } = Object.groupBy(deltas, (delta) => (isPolicy(delta) ? 'policies' : 'others'));
  return policies.length === 0 ? undefined : orderOf(policies, (some) => surveyOf(meshWith([...others, ...some])));
}

/** With more objects it is not looked at which of them does something by itself. */
const MOST_ALONE = 12;

/** Returns the objects that the reasons name, otherwise those that do the same when they are applied alone. */
function causesOf(pair: PairChange, deltas: readonly ObjectDelta[], meshWith: MeshWith): readonly ObjectDelta[] {
  if (deltas.length === 1) return deltas;
  const { before, after } = pair.example;
  const cited = [before, after].flatMap(({ reasons, notJudged, mayRefuse }) => [
    ...reasons.flatMap(({ object }) => object ?? []),
    ...notJudged,
    ...mayRefuse,
  ]);
  const named = deltas.filter(({ name }) => cited.some((text) => text === name || text.startsWith(`${name} `)));
  if (named.length > 0) return named;
  return deltas.length > MOST_ALONE ? [] : deltas.filter((delta) => doesAlone(pair, delta, meshWith));
}

function doesAlone({ how, clients, servers, after }: PairChange, delta: ObjectDelta, meshWith: MeshWith): boolean {
  const [client] = clients;
  const [server] = servers;
  const selection = {
    client: (one: Parameters<typeof nameOfClient>[0]) => client?.name.startsWith(nameOfClient(one)) ?? false,
    server: (one: Parameters<typeof nameOfServer>[0]) =>
      server !== undefined && nameOfServer(one) === nameOfServer(server),
  };
  const surveys = [meshWith([]), meshWith([delta])] as const;
  const { pairs } = comparison(surveyOf(surveys[0], selection), surveyOf(surveys[1], selection));
  return pairs.some((one) => one.how === how && one.after === after);
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

import { nameOfServer } from '../pairs/servers.ts';
import { modesAt } from '../strict.ts';
import type { Survey } from '../survey.ts';
import { type Comparison, comparison, type PairChange } from './compare.ts';
import type { ObjectDelta } from './overlay.ts';

/** One object that is applied or deleted, and what happens meanwhile. */
export interface OrderStep {
  delta: ObjectDelta;
  /**
   * Whether client and server may refuse each other for a moment, since their sidecars learn of it in either order.
   * See docs/transitions.md.
   */
  race: boolean;
}

/** In which order objects are applied so that no request is refused that is answered before and afterwards. */
export type Order =
  | { found: 'order'; steps: readonly OrderStep[] }
  /** Every order refuses some in between. */
  | { found: 'none' }
  /** There are too many objects, or pairs, to look at all orders. */
  | { found: 'not sought'; why: string };

/** With more objects there are too many orders. */
const MOST_OBJECTS = 12;
/** How many answers are looked at for it. */
const MOST_ANSWERS = 20_000_000;
/** How many states of a mesh are looked at for it. */
const MOST_STATES = 300;

/**
 * Looks for an order in which nothing is lost in between.
 * @param surveyWith returns the survey of the mesh with only these objects changed
 */
export function orderOf(deltas: readonly ObjectDelta[], surveyWith: (some: readonly ObjectDelta[]) => Survey): Order {
  if (deltas.length > MOST_OBJECTS) {
    return { found: 'not sought', why: `${deltas.length} objects change: name at most ${MOST_OBJECTS}` };
  }
  const before = surveyWith([]);
  const after = surveyWith(deltas);
  const pairs = Math.max(1, after.clients.length * after.servers.length);
  let left = Math.min(MOST_STATES, Math.max(deltas.length, Math.floor(MOST_ANSWERS / pairs)));
  const dead = new Set<string>();
  const walk = (done: readonly ObjectDelta[], at: Survey): OrderStep[] | undefined => {
    if (done.length === deltas.length) return [];
    for (const delta of deltas.filter((one) => !done.includes(one))) {
      const next = [...done, delta];
      const state = next
        .map(({ name }) => name)
        .sort()
        .join('\n');
      const isLast = next.length === deltas.length;
      if (dead.has(state)) continue;
      if (!isLast && left === 0) return undefined;
      if (!isLast) left -= 1;
      const survey = isLast ? after : surveyWith(next);
      const rest = isLast || isLossless(before, survey, after) ? walk(next, survey) : undefined;
      if (rest !== undefined) return [{ delta, race: isRace(at, survey) }, ...rest];
      dead.add(state);
    }
    return undefined;
  };
  const steps = walk([], before);
  if (steps !== undefined) return { found: 'order', steps };
  return left === 0 ? { found: 'not sought', why: 'the mesh is too large to look at every order' } : { found: 'none' };
}

/** Returns whether every request of a workload that is answered before and afterwards is answered in between, too. */
function isLossless(before: Survey, between: Survey, after: Survey): boolean {
  const worse = worsePairs(comparison(before, between));
  if (worse.size === 0) return true;
  const worseThanAfter = worsePairs(comparison(after, between));
  return ![...worse].some((pair) => worseThanAfter.has(pair));
}

function worsePairs({ pairs }: Comparison): Set<string> {
  return new Set(
    pairs
      .filter(({ how }) => how === 'breaks' || how === 'unsure')
      .flatMap(({ clients, servers }) =>
        clients
          .filter(({ outsider }) => !outsider)
          .flatMap(({ namespace, workloads }) =>
            workloads.flatMap((workload) =>
              servers.map((server) => `${namespace}/${workload} ${nameOfServer(server)}`),
            ),
          ),
      ),
  );
}

/**
 * Returns whether there is a moment in which a request may be refused that is answered before and afterwards: where
 * clients go from plain text to mutual TLS or back, and the server takes only one of them before or afterwards.
 */
export function isRace(before: Survey, after: Survey): boolean {
  const servers = { before: byName(before), after: byName(after) };
  const modes = (side: 'before' | 'after', name: string): readonly (string | undefined)[] => {
    const found = servers[side].get(name);
    return found === undefined ? [] : modesAt(side === 'before' ? before : after, found).map(({ mode }) => mode);
  };
  return comparison(before, after).pairs.some((change) => {
    const becomes = formAfter(change);
    if (becomes === undefined) return false;
    const [early, late] = becomes === 'mtls' ? ['DISABLE', 'STRICT'] : ['STRICT', 'DISABLE'];
    return change.servers.some((server) => {
      const name = nameOfServer(server);
      return modes('before', name).includes(early) || modes('after', name).includes(late);
    });
  });
}

function byName({ servers }: Survey) {
  return new Map(servers.map(({ server }) => [nameOfServer(server), server]));
}

/** Returns what clients of changing pairs send afterwards, if it is something else than before. */
function formAfter({ how, example: { before, after } }: PairChange): 'mtls' | 'plain' | undefined {
  if (how !== 'gains' && how !== 'loses' && how !== 'mixed') return undefined;
  if (before.result === 'plain') return 'mtls';
  return before.result === 'mtls' && after.result !== 'mtls' ? 'plain' : undefined;
}

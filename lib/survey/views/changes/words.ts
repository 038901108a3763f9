import { formatRelease, gateWords } from '../../../model/index.ts';
import { type Comparison, type How, hows, type PairChange } from '../../changes/compare.ts';
import type { Order, OrderStep } from '../../changes/order.ts';
import type { ObjectDelta } from '../../changes/overlay.ts';
import type { Plan } from '../../changes/plan.ts';
import type { Upgrade } from '../../changes/upgrade.ts';
import { placeWords } from '../../read/files.ts';
import { type RequiredWords, requiredWords } from '../required.ts';
import { counted, some } from '../table.ts';
import { clientNames, clientsWords, serversWords } from '../words.ts';

/** How many causes a row refers to. */
const CAUSES = 8;

/** What each change is called in summaries, and what it means. */
export const howWords: Readonly<Record<How, { name: string; means: string }>> = {
  breaks: { name: 'break', means: 'more requests are refused' },
  unsure: { name: 'may break', means: 'what requests come to afterwards cannot be judged' },
  loses: { name: 'lose mutual TLS', means: 'requests are answered in plain text' },
  mixed: { name: 'become mixed', means: 'some requests are mutual TLS, others plain text' },
  opens: { name: 'open to plain text', means: 'requests are answered in plain text that were refused' },
  gains: { name: 'gain mutual TLS', means: 'requests are answered over mutual TLS' },
  shuts: { name: 'shut the outsider out', means: 'a pod without a sidecar in no namespace of the mesh is refused' },
  heals: { name: 'are refused less', means: 'requests are answered that were refused' },
  other: { name: 'change otherwise', means: 'servers see somebody else, or refuse in another way' },
  known: { name: 'become known', means: 'what requests came to before could not be judged' },
};

/** Returns how many pairs change in which way, the worst first. */
export function howCounts({ pairs }: Comparison): { how: How; count: number }[] {
  return hows
    .map((how) => ({ how, count: pairs.filter((one) => one.how === how).reduce((sum, one) => sum + sizeOf(one), 0) }))
    .filter(({ count }) => count > 0);
}

function sizeOf({ clients, servers }: PairChange): number {
  return clients.length * servers.length;
}

/** Returns whether an answer to the question "does something break" is yes, or is not known. */
export function isBreaking({ pairs }: Comparison): boolean {
  return pairs.some(({ how }) => how === 'breaks' || how === 'unsure');
}

/** Returns the first sentence: whether something breaks. */
export function verdictWords(compared: Comparison): string {
  const { pairs, notJudged } = compared;
  const counts = new Map(howCounts(compared).map(({ how, count }) => [how, count]));
  const breaks = counts.get('breaks') ?? 0;
  const unsure = counts.get('unsure') ?? 0;
  const open = notJudged > 0 ? ` ${counted(notJudged, 'pair')} cannot be judged, before or afterwards.` : '';
  if (breaks > 0) {
    return `${counted(breaks, 'pair')} would break${unsure > 0 ? `, ${unsure.toLocaleString('en')} more may` : ''}.${open}`;
  }
  if (unsure > 0) return `${counted(unsure, 'pair')} may break: afterwards they cannot be judged.${open}`;
  return `${pairs.length === 0 ? 'No answer changes' : 'Nothing breaks'}${open === '' ? '' : ' of what can be judged'}.${open}`;
}

/** Returns a sentence about pairs that are there only before or afterwards. */
export function comingAndGoing({ added, removed }: Comparison): string[] {
  return [
    ...(added > 0
      ? [`${counted(added, 'pair')} ${added === 1 ? 'is' : 'are'} new, and nothing is compared of them`]
      : []),
    ...(removed > 0 ? [`${counted(removed, 'pair')} ${removed === 1 ? 'is' : 'are'} gone`] : []),
  ];
}

/** Returns the clients and the servers of pairs as short as can be. */
export function endsWords({ clients, servers }: PairChange, { parties, servers: all }: Comparison): [string, string] {
  return [
    clientsWords(new Set(clients), parties, ({ name }) => name).join(', '),
    serversWords(new Set(servers), all).join(', '),
  ];
}

/** Returns an object with its place, if it stands in a file. */
export function deltaWords({ name, place }: ObjectDelta): string {
  return place === undefined ? name : `${name} (${placeWords(place)})`;
}

const verbs: Readonly<Record<ObjectDelta['action'], string>> = {
  created: 'create',
  changed: 'change',
  deleted: 'delete',
  applied: 'apply',
};

/** Returns what to do with an object, such as `delete PeerAuthentication shop/default`. */
export function doWords(delta: ObjectDelta): string {
  return `${verbs[delta.action]} ${deltaWords(delta)}`;
}

/** Returns the title of a plan: which mesh, release, and how much changes. */
export function planTitle({ after, deltas, comparison }: Plan): string {
  const { snapshot, plane } = after.mesh;
  const changing = howCounts(comparison).reduce((sum, { count }) => sum + count, 0);
  return `${snapshot.label}, Istio ${formatRelease(plane.mesh.release)}: ${counted(deltas.length, 'object')} changed, ${changing.toLocaleString('en')} of ${counted(comparison.compared, 'pair')} changed`;
}

/** Returns the title of an upgrade: which mesh, which releases, and how much changes. */
export function upgradeTitle({ before, after, comparison }: Upgrade): string {
  const releases = [before, after].map(({ mesh }) => formatRelease(mesh.plane.mesh.release)).join(' → ');
  const changing = howCounts(comparison).reduce((sum, { count }) => sum + count, 0);
  return `${before.mesh.snapshot.label}, Istio ${releases}: ${changing.toLocaleString('en')} of ${counted(comparison.compared, 'pair')} changed`;
}

/** Why pairs change, each cause once, and how a row refers to its own, such as `(1), (3)`; empty if it has none. */
export interface NumberedCauses {
  texts: readonly string[];
  refer: (pair: PairChange) => string;
}

/** Returns the rules that hold in one of two releases alone, in words: many rows have the same. */
export function numberedCauses({ comparison, gates }: Pick<Upgrade, 'comparison' | 'gates'>): NumberedCauses {
  const textsOf = (pair: PairChange): string[] =>
    (gates.get(pair) ?? []).map(({ rule, text, ...gate }) => `${rule} (${gateWords(gate)}): ${text}`);
  const texts = [...new Set(comparison.pairs.flatMap(textsOf))];
  const numbers = new Map(texts.map((text, at) => [text, at + 1]));
  const refer = (pair: PairChange): string => {
    const own = textsOf(pair).map((text) => numbers.get(text) ?? 0);
    return some(
      own.sort((a, b) => a - b).map((number) => `(${number})`),
      CAUSES,
    );
  };
  return { texts, refer };
}

/** Returns in words whether a plan leaves what is required as it must be; undefined if nothing is required. */
export function requiredAfterwards({ after, required }: Plan): RequiredWords | undefined {
  return required && requiredWords(required, clientNames(after.clients), 'afterwards');
}

/** Returns what is said of the order, as a heading and steps; none if there is nothing to say. */
export function orderWords(order: Order | undefined): { heading: string; steps: readonly string[] } | undefined {
  if (order === undefined) return undefined;
  if (order.found === 'not sought')
    return { heading: `In which order to apply them was not sought: ${order.why}.`, steps: [] };
  if (order.found === 'none') {
    return {
      heading:
        'In every order some requests are refused in between that are answered before and afterwards: go through PERMISSIVE, as docs/transitions.md shows.',
      steps: [],
    };
  }
  const { steps } = order;
  if (steps.length === 1 && !steps[0]?.race) return undefined;
  return {
    heading:
      steps.length === 1
        ? 'To apply it:'
        : 'To apply them so that nothing is refused in between, each after the one before has arrived everywhere:',
    steps: steps.map(stepWords),
  };
}

function stepWords({ delta, race }: OrderStep): string {
  const remark =
    '; a race: sidecars of clients and servers learn of it in either order, and may refuse each other for some 50 ms (docs/transitions.md says how to go around it)';
  return `${doWords(delta)}${race ? remark : ''}`;
}

import { gateWords, type Outcome, type Reason } from '../../model/index.ts';
import { mapTexts } from '../../platform/texts.ts';
import type { Change, Diff, Observed, Side } from '../../results/diff/index.ts';
import { placeWords } from '../../results/index.ts';
import { observationWords, outcomeWords } from '../../verdict/index.ts';
import { allVisible, oneLine } from '../parts/visible.ts';
import { duration, marks, meshWords, short } from '../parts/words.ts';

/** A comparison, with the texts that its views show. */
export interface DiffView {
  /** The result in one line. */
  headline: string;
  /** One line for each of the two runs. */
  sides: [string, string];
  /** One line for each run error. */
  runErrors: string[];
  changes: ChangeView[];
  notComparable: { place: string; why: string }[];
  only: { side: string; what: string }[];
  arrivals: { names: [string, string]; rows: ArrivalView[] };
  /** `N compared, N changed: N explained, N unexplained`. */
  totals: string;
}

export interface ChangeView {
  explained: boolean;
  place: string;
  /** Such as `200 mTLS → 503`. */
  turn: string;
  /** The rules that explain it; without any, what was expected, and why nothing explains it. One line each. */
  because: string[];
}

interface ArrivalView {
  step: string;
  times: [string, string];
  /** The ratio of the times, such as `× 2.5`, if it is large or small; otherwise empty. */
  ratio: string;
}

/** Times of arrival vary, so ratios between this and its inverse are not shown. */
const MUCH = 2;

/** Returns the view of a comparison. All texts are on one line and safe to display. */
export function diffView(found: Diff): DiffView {
  const diff = mapTexts(allVisible(found), oneLine);
  const { a, b, compared, changes, notComparable, only, propagation, summary } = diff;
  const names = namesOf(a, b);
  return {
    headline: headlineOf(diff),
    sides: [sideWords(a), sideWords(b)],
    runErrors: [a, b].flatMap(({ id, runErrors = [] }) => runErrors.map((runError) => `run ${id}: ${runError}`)),
    changes: changes.map(changeView),
    notComparable: notComparable.map((one) => ({ place: placeWords(one), why: one.why })),
    only: [...only.a.map((what) => ({ side: names[0], what })), ...only.b.map((what) => ({ side: names[1], what }))],
    arrivals: {
      names,
      rows: propagation.map(({ suite, step, aMs, bMs }) => ({
        step: placeWords({ suite, step }),
        times: [timeWords(aMs), timeWords(bMs)],
        ratio: ratioWords(aMs, bMs),
      })),
    },
    totals: `${compared} compared, ${changes.length} changed: ${summary.explained} explained, ${summary.unexplained} unexplained`,
  };
}

function headlineOf({ compared, changes, summary }: Diff): string {
  const { unexplained, exitCode } = summary;
  if (exitCode === 1) {
    return `${marks.fail} ${unexplained === 1 ? 'One change' : `${unexplained} changes`} that no rule explains`;
  }
  if (compared === 0) return `${marks.inconclusive} Nothing could be compared`;
  const found = changes.length === 0 ? 'Nothing changed' : 'Rules explain every change';
  if (exitCode === 3) return `${marks.inconclusive} ${found}, but not everything could be compared`;
  return `${marks.pass} ${found}`;
}

/** Different releases are named by their version, two runs of one release by their run id. */
function namesOf(a: Side, b: Side): [string, string] {
  if (a.istio.version !== b.istio.version) return [`Istio ${a.istio.version}`, `Istio ${b.istio.version}`];
  return [`run ${a.id}`, `run ${b.id}`];
}

function sideWords({ id, startedAt, istio, cluster, automtls }: Side): string {
  return `${meshWords({ istio, cluster })}: run ${id} of ${startedAt.slice(0, 16).replace('T', ' ')} UTC, automtls ${automtls}`;
}

function changeView(change: Change): ChangeView {
  const { explained, a, b, gates, why } = change;
  return {
    explained,
    place: placeWords(change),
    turn: turnOf(a, b),
    because: explained ? gates.map(explanation) : [...expectedLines(a.expected, b.expected), why],
  };
}

/** Uses short words unless they are the same for both sides. */
function turnOf(a: Observed, b: Observed): string {
  const turn = [a, b].map((side) => observedText(side, short));
  if (turn[0] !== turn[1]) return turn.join(' → ');
  return [a, b].map((side) => observedText(side, observationWords)).join(' → ');
}

function observedText({ verdict, seen }: Observed, words: typeof observationWords): string {
  const settled = seen.map(words).join(' | ');
  if (settled === '') return verdict;
  return verdict === 'pass' ? settled : `${marks[verdict]} ${settled}`;
}

function expectedLines(a: Outcome[], b: Outcome[]): string[] {
  const [before, after] = [a, b].map((expected) => expected.map(outcomeWords).join(' or '));
  if (before === after) return before === '' ? [] : [`expected in both runs: ${before}`];
  return [`expected before: ${before}`, `expected after: ${after}`];
}

function explanation(gate: Reason): string {
  return `explained by ${gate.text}, ${gateWords(gate)} [${gate.source}]`;
}

function timeWords(ms: number | undefined): string {
  return ms === undefined ? '–' : duration(ms);
}

function ratioWords(aMs: number | undefined, bMs: number | undefined): string {
  if (aMs === undefined || bMs === undefined || aMs === 0) return '';
  const ratio = bMs / aMs;
  return ratio >= MUCH || ratio <= 1 / MUCH ? `× ${ratio.toFixed(1)}` : '';
}

import type { Change, Diff, Observed, Side } from '../../diff/types.ts';
import { gateWords } from '../../model/release.ts';
import type { Outcome, Reason } from '../../model/types.ts';
import { observationWords, outcomeWords } from '../../probe/judge.ts';
import { placeWords } from '../../results/place.ts';
import { mapTexts } from '../../texts.ts';
import { allVisible, oneLine } from '../visible.ts';
import { duration, marks, meshWords, short } from '../words.ts';

/** A comparison in the words that its views show. */
export interface DiffView {
  /** Whether all is well, in one line. */
  headline: string;
  /** Which two runs they are, a line each. */
  sides: [string, string];
  /** Run errors, a line each. */
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
  /** What explains it; where nothing does, what was expected and how it stands. A line each. */
  because: string[];
}

interface ArrivalView {
  step: string;
  times: [string, string];
  /** How many times as long, where that is much; else empty. */
  ratio: string;
}

/** Times of arrival vary; less than this, or more than its inverse, is no news. */
const MUCH = 2;

/** Returns what a comparison comes to, in words that nothing seen can drive. */
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

/** Releases are told apart by their version, nights by their run. */
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

/** Whole words only where short ones do not tell the sides apart. */
function turnOf(a: Observed, b: Observed): string {
  const turn = [a, b].map((told) => toldWords(told, short));
  if (turn[0] !== turn[1]) return turn.join(' → ');
  return [a, b].map((told) => toldWords(told, observationWords)).join(' → ');
}

function toldWords({ verdict, seen }: Observed, words: typeof observationWords): string {
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

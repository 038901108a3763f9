import { inline } from '../../../report/index.ts';
import type { Arrival, Propagation } from '../types.ts';

/** How many of the slowest steps have a line of their own. */
const SLOWEST = 5;

/** Returns what was measured, in Markdown: for each change and client, when its answers were right, and the slowest steps. */
export function propagationMarkdown({ arrivals, steps, istio, cluster, startedAt, problems }: Propagation): string {
  const groups = [...Map.groupBy(arrivals, (one) => `${changeOf(one)} | ${one.client}`)];
  const heads = ['change', 'client', 'steps', ...['first right', 'last wrong'].flatMap(percentileHeads)];
  const loads = arrivals.map(({ load }) => load);
  const slowest = arrivals.toSorted((a, b) => lateness(b) - lateness(a)).slice(0, SLOWEST);
  return [
    `${inline(`Istio ${istio}`)} on ${inline(cluster.provider)}, Kubernetes ${inline(cluster.kubernetes)}, ${startedAt.slice(0, 10)}: ${steps.toLocaleString('en')} steps. The load of the machine was ${percentile(loads, 50).toFixed(1)} in the middle, and ${percentile(loads, 100).toFixed(1)} at most.`,
    [heads, heads.map(() => '---'), ...groups.map(([name, own]) => rowOf(name, own))]
      .map((row) => `| ${row.join(' | ')} |`)
      .join('\n'),
    ['The slowest:', ...slowest.map((one) => `- ${slowWords(one)}`)].join('\n'),
    ...(problems.length === 0
      ? []
      : [['Not as the model says:', ...problems.map(({ why }) => inline(why))].join('\n- ')]),
  ].join('\n\n');
}

const percents = [50, 90, 99, 100];

function percentileHeads(what: string): string[] {
  return percents.map((percent) => `${what}: ${percent === 100 ? 'max' : `p${percent}`}`);
}

function rowOf(name: string, own: Arrival[]): string[] {
  const right = own.map(({ firstRightMs }) => firstRightMs);
  const wrong = own.flatMap(({ lastWrongMs }) => lastWrongMs ?? []);
  const words = (values: number[]): string[] =>
    percents.map((percent) => (values.length === 0 ? '' : `${Math.round(percentile(values, percent))} ms`));
  return [name, String(own.length), ...words(right), ...words(wrong)];
}

function changeOf({ before, mode }: Arrival): string {
  const words = (one: Arrival['mode']): string => (one === 'none' ? 'no policy' : one);
  return `${words(before)} → ${words(mode)}`;
}

/** Returns when a client's answers were right from then on. */
function lateness({ firstRightMs, lastWrongMs = 0 }: Arrival): number {
  return Math.max(firstRightMs, lastWrongMs);
}

function slowWords(one: Arrival): string {
  const { step, client, firstRightMs, lastWrongMs, applyMs, batchMs, stallMs, load } = one;
  const ms = (value: number): string => `${Math.round(value)} ms`;
  const wrong = lastWrongMs === undefined ? 'never wrong' : `last wrong after ${ms(lastWrongMs)}`;
  return `step ${step}, ${changeOf(one)}, ${inline(client)}: first right after ${ms(firstRightMs)}, ${wrong}. The API calls took ${ms(applyMs)}, the longest batch ${ms(batchMs)}, this process stood still for at most ${ms(stallMs)}, and the load was ${load.toFixed(1)}`;
}

/** Returns the smallest of some values that at least the given percentage of them do not exceed. */
function percentile(values: number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

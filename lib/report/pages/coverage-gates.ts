import { atLeast, formatRelease, type Gate, parseRelease } from '../../model/index.ts';
import type { AskResult, Results } from '../../results/index.ts';
import type { Verdict } from '../../verdict/index.ts';

/** A step that is asked only on releases within its gate, which is what it shows. */
export interface GatedStep extends Gate {
  suite: string;
  /** The step's title. */
  step: string;
}

const marks: Record<Verdict, string> = { pass: 'seen', fail: '**fails**', inconclusive: '?' };

/**
 * Returns a table in Markdown: for each release with which a rule begins or ends, what live meshes on either side of it
 * were seen to do. A side is shown on the release nearest to the gate that was asked.
 */
export function gatesMarkdown(steps: GatedStep[], all: Results[]): string {
  // The oldest is that from which on meshes are asked at all.
  const [, ...gates] = [...new Set(steps.flatMap(({ since = '', until = '' }) => [since, until]))]
    .filter((gate) => gate !== '')
    .sort(byRelease);
  const rows = gates.map((gate) => {
    const before = steps.filter(({ until }) => until === gate);
    const after = steps.filter(({ since }) => since === gate);
    return `| ${gate} | ${sideOf(before, nearestBelow(gate, all), all)} | ${sideOf(after, nearestFrom(gate, all), all)} |`;
  });
  return ['# Either side of every gate', ['| in | before it | from it on |', '|---|---|---|', ...rows].join('\n')].join(
    '\n\n',
  );
}

function sideOf(steps: GatedStep[], release: string | undefined, all: Results[]): string {
  if (steps.length === 0) return '';
  if (release === undefined) return 'not asked';
  const words = steps.map((step) => `${step.step.split(':')[0]} ${markOf(step, release, all)}`);
  return `${release}: ${words.join(', ')}`;
}

function markOf({ suite, step }: GatedStep, release: string, all: Results[]): string {
  const verdicts = all
    .filter(({ istio }) => istio.release === release)
    .flatMap(({ suites }) => suites.filter(({ name }) => name === suite).flatMap(({ steps }) => steps))
    .filter((one): one is AskResult => one.kind === 'ask' && one.title === step)
    .flatMap(({ cells }) => cells.map(({ verdict }) => verdict));
  const worst = (['fail', 'inconclusive', 'pass'] as const).find((verdict) => verdicts.includes(verdict));
  return worst === undefined ? 'not asked' : marks[worst];
}

function nearestBelow(gate: string, all: Results[]): string | undefined {
  return releasesOf(all).findLast((release) => !atLeast(parseRelease(release), gate));
}

function nearestFrom(gate: string, all: Results[]): string | undefined {
  return releasesOf(all).find((release) => atLeast(parseRelease(release), gate));
}

/** Returns the releases of the results, oldest first. */
function releasesOf(all: Results[]): string[] {
  return [...new Set(all.map(({ istio }) => formatRelease(parseRelease(istio.release))))].sort(byRelease);
}

function byRelease(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

import { counted } from '../../../verdict/index.ts';
import type { Losses, PathResult, Setting, Transitions, Try } from '../types.ts';

/** Returns a setting, such as `PERMISSIVE, rule DISABLE` or `no policy`. */
export function settingWords({ mode, rule }: Setting): string {
  return `${mode === 'none' ? 'no policy' : mode}${rule === 'none' ? '' : `, rule ${rule}`}`;
}

/** Returns the settings of a path, such as `STRICT → PERMISSIVE → DISABLE`. */
export function pathWords({ settings }: { settings: Setting[] }): string {
  return settings.map(settingWords).join(' → ');
}

/** Returns what a user does between two settings, such as `set STRICT and remove the DestinationRule`. */
export function changeWords(before: Setting, after: Setting): string {
  const done = [
    ...(before.mode === after.mode ? [] : [modeWords(after.mode)]),
    ...(before.rule === after.rule ? [] : [ruleWords(before.rule, after.rule)]),
  ];
  return done.join(' and at the same time ');
}

function modeWords(mode: Setting['mode']): string {
  return mode === 'none' ? 'remove the PeerAuthentication' : `set ${mode}`;
}

function ruleWords(before: Setting['rule'], after: Setting['rule']): string {
  if (after === 'none') return 'remove the DestinationRule';
  return before === 'none' ? `create a DestinationRule with ${after}` : `change the DestinationRule to ${after}`;
}

/** Returns the settings on the way in which the model does not expect every request to be answered. */
export function refusing({ settings }: PathResult): Setting[] {
  return settings.filter(({ outcomes }) => outcomes.some((kind) => kind !== 'mtls' && kind !== 'plain'));
}

/** Returns the tries that count. */
export function measured({ tries }: PathResult): Try[] {
  return tries.filter(({ verdict }) => verdict === 'measured');
}

export function lostIn({ changes }: Try): number {
  return changes.reduce((sum, { lost }) => sum + lost, 0);
}

export function sentIn({ changes }: Try): number {
  return changes.reduce((sum, { sent }) => sum + sent, 0);
}

/** What a path cost, over all tries that count. */
export interface Cost {
  /** Such as `0` or `3–12`. */
  lost: string;
  /** Such as `1,204`, the fewest and most requests of a try. */
  sent: string;
  /** When requests were lost, by change, such as `120–480 ms`; empty if none was. */
  window: string;
  /** The longest time in which every request was lost, such as `310 ms`; empty if none was. */
  longest: string;
  /** Such as `503 ×12, curl 56 ×1`, over all tries. */
  codes: string;
}

/** Returns what a path cost; undefined if no try counts. */
export function costOf(path: PathResult): Cost | undefined {
  const tries = measured(path);
  if (tries.length === 0) return undefined;
  const losses = tries.flatMap(({ changes }) => changes);
  const longest = Math.max(...losses.map(({ longestMs }) => longestMs));
  return {
    lost: span(tries.map(lostIn)),
    sent: span(tries.map(sentIn)),
    window: windowWords(tries),
    longest: longest === 0 ? '' : `${span([longest])} ms`,
    codes: codeWords(losses),
  };
}

/** Returns the least and the most of some numbers, or one if they are equal. */
function span(numbers: number[]): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)].map((one) => Math.round(one).toLocaleString('en'));
  return least === most ? `${least}` : `${least}–${most}`;
}

function windowWords(tries: Try[]): string {
  const changes = tries[0]?.changes.length ?? 0;
  return Array.from({ length: changes }, (_, nth) => nth)
    .flatMap((nth) => {
      const ends = tries.flatMap(({ changes }) => endsOf(changes[nth] as Losses));
      if (ends.length === 0) return [];
      return [`${span(ends)} ms${changes === 1 ? '' : ` after change ${nth + 1}`}`];
    })
    .join('; ');
}

function endsOf({ firstMs, lastMs }: Losses): number[] {
  return firstMs === undefined || lastMs === undefined ? [] : [firstMs, lastMs];
}

function codeWords(losses: Losses[]): string {
  const codes = new Map<string, number>();
  for (const [code, count] of losses.flatMap((one) => Object.entries(one.codes))) {
    codes.set(code, (codes.get(code) ?? 0) + count);
  }
  const most = [...codes].sort(([, a], [, b]) => b - a);
  return most.map(([code, count]) => `${code} ×${count.toLocaleString('en')}`).join(', ');
}

/** Returns what a reader must know of a path besides its numbers, one sentence each. */
export function remarksOf(path: PathResult): string[] {
  const refused = refusing(path).map((one) => `the model: ${settingWords(one)} refuses the client`);
  const count = path.tries.length - measured(path).length;
  const why = [...new Set(path.tries.flatMap((one) => one.why))];
  const doubt = `${count} of ${counted(path.tries.length, 'attempt')} did not count: ${why.join('; ')}`;
  return [...refused, ...racesOf(path), ...(count === 0 ? [] : [doubt])];
}

function racesOf({ races }: PathResult): string[] {
  if (races.length === 1) return races[0] ? ['a race'] : [];
  return races.flatMap((race, at) => (race ? [`change ${at + 1} is a race`] : []));
}

/** Returns the verdict of a path: the worst of its tries. */
export function verdictOf({ tries }: PathResult): Try['verdict'] {
  const found = (['fail', 'inconclusive'] as const).find((one) => tries.some(({ verdict }) => verdict === one));
  return found ?? 'measured';
}

/** Returns the result in one sentence. */
export function headlineOf({ paths }: Transitions): string {
  const all = paths.filter((path) => verdictOf(path) === 'measured');
  const lossless = all.filter((path) => measured(path).every((one) => lostIn(one) === 0));
  const unclear = paths.length - all.length;
  return `${lossless.length} of ${counted(paths.length, 'path')} lost no request, ${all.length - lossless.length} did${unclear > 0 ? `, ${unclear} cannot be told` : ''}`;
}

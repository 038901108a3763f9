import type { PathResult, Setting, Transitions } from '../types.ts';
import { changeWords, lostIn, measured, pathWords, refusing, sentIn } from './words.ts';

/** How to reach an aim. */
export interface BestWay {
  aim: string;
  /** Where the way begins and ends. */
  ends: string;
  /** The way that lost least on the release where it lost most, and what it lost, in one sentence. */
  best: string;
  /** What the direct way lost; absent if that is the best. */
  direct?: string;
}

/** A way to reach an aim, on every release. */
interface Way {
  settings: Setting[];
  /** How many of its changes are races, on the release where most are. */
  races: number;
  /** For each release, the most requests that one try lost, and all requests that were sent. */
  releases: { release: string; lost: number; sent: number }[];
}

/**
 * Returns, for each aim, the way that lost least on all releases, and of several the one with the fewest races. Leaves out
 * ways that were not measured on one, and those through a setting that the model says refuses the client.
 */
export function adviceOf(all: Transitions[]): BestWay[] {
  const paths = all.flatMap((one) => one.paths.map((path) => ({ path, release: one.istio.version })));
  const byAim = Map.groupBy(paths, ({ path }) => path.aim);
  byAim.delete(undefined);
  return [...byAim].map(([aim = '', some]) => {
    const byName = Map.groupBy(some, ({ path }) => path.name);
    const ways = [...byName.values()].flatMap((one) => wayOf(one) ?? []);
    const { settings } = (some[0] as Measured).path;
    const ends = pathWords({ settings: [settings[0], settings.at(-1)] as Setting[] });
    const [best] = ways.toSorted(
      (a, b) => mostLost(a) - mostLost(b) || a.races - b.races || a.settings.length - b.settings.length,
    );
    const direct = ways.find((way) => way.settings.length === 2);
    return {
      aim,
      ends,
      best: best === undefined ? 'no way that the model lets pass was measured on every release.' : bestWords(best),
      ...(direct !== undefined && direct !== best && { direct: `All at once, ${lossWords(direct)}.` }),
    };
  });
}

interface Measured {
  path: PathResult;
  release: string;
}

/** Returns a way as it was measured on each release; undefined if it was not measured on one, or leads through a refusal. */
function wayOf(some: Measured[]): Way | undefined {
  if (some.some(({ path }) => measured(path).length === 0 || refusing(path).length > 0)) return undefined;
  const releases = some.map(({ path, release }) => {
    const tries = measured(path);
    const sent = tries.reduce((sum, one) => sum + sentIn(one), 0);
    return { release, lost: Math.max(...tries.map(lostIn)), sent };
  });
  const races = Math.max(...some.map(({ path }) => path.races.filter(Boolean).length));
  return { settings: (some[0] as Measured).path.settings, races, releases };
}

function mostLost({ releases }: Way): number {
  return Math.max(...releases.map(({ lost }) => lost));
}

function bestWords(way: Way): string {
  const { settings, races } = way;
  const steps = settings.slice(1).map((after, at) => changeWords(settings[at] as Setting, after));
  const none = mostLost(way) === 0;
  return [
    `${steps.join('; then ')}.`,
    none ? `So ${lossWords(way)}.` : `No way was without loss: ${lossWords(way)}.`,
    ...(none && races > 0 ? ['But it is a race.'] : []),
  ].join(' ');
}

function lossWords(way: Way): string {
  const { releases } = way;
  if (mostLost(way) === 0) {
    const sent = releases.reduce((sum, one) => sum + one.sent, 0).toLocaleString('en');
    return `none of ${sent} requests was lost on Istio ${releases.map(({ release }) => release).join(', ')}`;
  }
  const each = releases.map(({ release, lost }) => `${lost.toLocaleString('en')} on Istio ${release}`);
  return `one attempt lost at most ${each.join(', ')}`;
}

import { pathName } from './settings.ts';
import type { Path, Setting } from './types.ts';

const modes = ['none', 'PERMISSIVE', 'STRICT', 'DISABLE'] as const;
const rules = ['none', 'DISABLE', 'ISTIO_MUTUAL'] as const;
const set = (mode: Setting['mode'], rule: Setting['rule'] = 'none'): Setting => ({ mode, rule });

/** What people want of a change: where it begins, where it ends, and the settings on each way besides the direct one. */
interface Aim {
  aim: string;
  from: Setting;
  to: Setting;
  ways: Setting[][];
}

const permissive = set('PERMISSIVE');
const permissivePlain = set('PERMISSIVE', 'DISABLE');
const strict = set('STRICT');
const disable = set('DISABLE');
const disablePlain = set('DISABLE', 'DISABLE');

const aims: Aim[] = [
  {
    aim: 'lock down a server whose clients a rule keeps on plain text',
    from: permissivePlain,
    to: strict,
    ways: [[permissive], [set('STRICT', 'DISABLE')]],
  },
  {
    aim: 'lock down such a server with a rule for mutual TLS',
    from: permissivePlain,
    to: set('STRICT', 'ISTIO_MUTUAL'),
    ways: [[set('PERMISSIVE', 'ISTIO_MUTUAL')], [set('STRICT', 'DISABLE')]],
  },
  {
    aim: 'open up again',
    from: strict,
    to: permissivePlain,
    ways: [[permissive], [set('STRICT', 'DISABLE')]],
  },
  {
    aim: 'go from DISABLE to STRICT',
    from: disable,
    to: strict,
    // A rule keeps the client's side still while the server's changes, and the other way round.
    ways: [[permissive], [disablePlain, permissivePlain, permissive]],
  },
  {
    aim: 'go from STRICT to DISABLE',
    from: strict,
    to: disable,
    ways: [[permissive], [permissive, permissivePlain, disablePlain]],
  },
];

/**
 * Every path: all ordered pairs of modes without a rule and of rules at PERMISSIVE, and for each aim the direct path
 * beside those in steps.
 */
export const paths: readonly Path[] = pathsOf([
  ...pairs(modes.map((mode) => set(mode))),
  ...pairs(rules.map((rule) => set('PERMISSIVE', rule))),
  ...aims.flatMap(({ from, to, ways }) => [[from, to], ...ways.map((way) => [from, ...way, to])]),
]);

function pairs(settings: Setting[]): Setting[][] {
  return settings.flatMap((from) => settings.filter((to) => to !== from).map((to) => [from, to]));
}

/** Returns each of the paths once, with its aim if it begins and ends like one. */
function pathsOf(all: Setting[][]): Path[] {
  const byName = new Map(all.map((settings) => [pathName(settings), settings]));
  return [...byName].map(([name, settings]) => {
    const ends = pathName([settings[0], settings.at(-1)] as Setting[]);
    const found = aims.find(({ from, to }) => pathName([from, to]) === ends);
    return { name, ...(found && { aim: found.aim }), settings };
  });
}

/**
 * Returns the paths so that many begin where the one before ended: what lies between two others must be applied and
 * seen to arrive as well.
 * @param from the name of the setting that is applied before the first
 */
export function inOrder<P extends Path>(some: readonly P[], from: string): P[] {
  const left = [...some];
  const ordered: P[] = [];
  let at = from;
  while (left.length > 0) {
    const next = Math.max(
      0,
      left.findIndex(({ name }) => name.startsWith(`${at}:`)),
    );
    const [path] = left.splice(next, 1) as [P];
    ordered.push(path);
    at = path.name.slice(path.name.lastIndexOf(':') + 1);
  }
  return ordered;
}

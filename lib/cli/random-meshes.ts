import { stringify } from 'yaml';
import { type ClusterOptions, choose } from '../platform/clusters/index.ts';
import { duration } from '../report/index.ts';
import { type AskedMesh, compareMeshes, type WrongPair } from '../tools/fuzz/index.ts';
import { counted } from '../verdict/index.ts';
import type { Console } from './output/console.ts';

/** The most wrong pairs, and reasons for which pairs are not judged, to print of a set of policies. */
const SHOWN = 12;

/**
 * Compares random meshes with what `automtls check` says of them, and prints what was found. Returns the exit code.
 * @throws UsageError if the cluster is unsuitable
 */
export async function comparingMeshes(
  options: ClusterOptions,
  { seed, meshes }: { seed: number; meshes: number },
  console: Console,
): Promise<0 | 1 | 3> {
  const begunAt = performance.now();
  const acquired = await choose(options, console);
  const all: AskedMesh[] = [];
  try {
    console.print(`seed ${seed}`);
    const onAsked = (asked: AskedMesh): void => {
      all.push(asked);
      console.print(askedText(asked));
    };
    await compareMeshes({ acquired, seed, meshes, onAsked, ...console });
  } finally {
    await acquired.release();
  }
  console.print(`in all, after ${duration(performance.now() - begunAt)}: ${countsText(all)}`);
  return meshesExitCode(all);
}

/** Returns the exit code: pairs that are not as expected; or nothing was compared. */
export function meshesExitCode(all: readonly Pick<AskedMesh, 'counts' | 'wrong'>[]): 0 | 1 | 3 {
  if (all.some(({ wrong }) => wrong.length > 0)) return 1;
  const sources = new Set(all.flatMap(({ counts }) => [...counts.keys()]));
  const isEach = [...sources].every((source) => all.some(({ counts }) => (counts.get(source)?.equal ?? 0) > 0));
  return sources.size > 0 && isEach ? 0 : 3;
}

function askedText(asked: AskedMesh): string {
  const { seed, set, version, workloads, policies, wrong, late, notJudged } = asked;
  const reasons = [...notJudged].sort(([, some], [, others]) => others - some);
  return [
    `Istio ${version}, mesh ${seed}, ${counted(workloads, 'workload')}, set ${set} of ${counted(policies.length, 'object')}: ${countsText([asked])}`,
    ...reasons.slice(0, SHOWN).map(([why, count]) => `  not judged: ${count} × ${why}`),
    ...(late.length > 0 ? [`  right only when asked again: ${listed(late)}`] : []),
    ...wrongText(wrong),
    ...(wrong.length > 0
      ? [
          `  again: npm run fuzz -- --istio ${version} --meshes 1 --seed ${seed}`,
          policies.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n'),
        ]
      : []),
  ].join('\n');
}

/** Returns pairs that are wrong in the same way as one. */
function wrongText(wrong: readonly WrongPair[]): string[] {
  const alike = Map.groupBy(wrong, ({ server, expected, observed }) => JSON.stringify([server, expected, observed]));
  const groups = [...alike.values()] as [WrongPair, ...WrongPair[]][];
  return [
    ...groups.slice(0, SHOWN).flatMap((group) => {
      const [{ server, expected, observed, rules }] = group;
      const sources = [...new Set(group.map(({ source }) => source))].join(' and ');
      const clients = [...new Set(group.map(({ client }) => client))];
      return [
        `  wrong, from the ${sources}: ${listed(clients)} > ${server}: expected ${expected}, observed ${observed}`,
        ...rules.map((rule) => `    because ${rule}`),
      ];
    }),
    ...(groups.length > SHOWN ? [`  and ${groups.length - SHOWN} more`] : []),
  ];
}

function listed(all: readonly string[]): string {
  const rest = all.length - SHOWN;
  return `${all.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Returns how many pairs were as expected, by where the survey was read from. */
function countsText(all: readonly Pick<AskedMesh, 'counts'>[]): string {
  const sources = [...new Set(all.flatMap(({ counts }) => [...counts.keys()]))];
  if (sources.length === 0) return 'nothing was asked';
  return sources
    .map((source) => {
      const sum = (which: 'equal' | 'wrong' | 'notJudged'): number =>
        all.reduce((total, { counts }) => total + (counts.get(source)?.[which] ?? 0), 0);
      return `${source}: ${sum('equal')} pairs equal, ${sum('wrong')} wrong, ${sum('notJudged')} not judged`;
    })
    .join('; ');
}

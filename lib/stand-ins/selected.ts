import { newestBuilt } from '../platform/istio/index.ts';
import type { Traffic } from '../scenario/index.ts';
import { meshFrom, type Snapshot } from '../survey/index.ts';
import { answersOf, pairKey } from './answers-of.ts';
import type { OwnMesh } from './own-mesh.ts';

/**
 * Returns a mesh in which not every pair is asked: of clients that come to the same at a port in each step, some stand for
 * the others. Each port is asked by one of each such group, then by a second one, and so on up to the limit; those that
 * have asked least come first.
 * @param steps the manifests as each step has them
 * @param most the limit; there are more pairs only if there are more groups
 */
export function representing(own: OwnMesh, steps: readonly Snapshot[], most: number): OwnMesh {
  const { traffic, topology, outsider } = own;
  if (traffic.length <= most) return own;
  const answers = steps.map((step) => answersOf(meshFrom(step, newestBuilt().minor), outsider));
  const numbers = new Map<unknown, number>();
  const numberOf = (answer: unknown): number => {
    const number = numbers.get(answer) ?? numbers.size;
    numbers.set(answer, number);
    return number;
  };
  const groupOf = (pair: Traffic): string =>
    [pair.to, pair.port, ...answers.map((by) => numberOf(by.get(pairKey(pair))?.answer))].join(' ');
  const chosen = new Set(dealt([...Map.groupBy(traffic, groupOf).values()], most));
  const left = new Set(traffic.filter((pair) => !chosen.has(pair)));
  return {
    ...own,
    topology: { ...topology, traffic: topology.traffic.filter((pair) => !left.has(pair)) },
    traffic: traffic.filter((pair) => chosen.has(pair)),
  };
}

/** Returns one pair of each group, then a second one, and so on up to a limit. */
function dealt(groups: readonly Traffic[][], most: number): Traffic[] {
  const asked = new Map<string, number>();
  const left = groups.map((group) => [...group]);
  const chosen: Traffic[] = [];
  for (let round = 0; round === 0 || chosen.length < most; round += 1) {
    for (const group of left) {
      if (round > 0 && chosen.length >= most) break;
      const next = group.toSorted((a, b) => (asked.get(a.from) ?? 0) - (asked.get(b.from) ?? 0))[0];
      if (next === undefined) continue;
      group.splice(group.indexOf(next), 1);
      asked.set(next.from, (asked.get(next.from) ?? 0) + 1);
      chosen.push(next);
    }
  }
  return chosen;
}

import { keyOf, type Results } from '../index.ts';
import { apart } from './apart.ts';
import { arrivals } from './arrivals.ts';
import { changeOf, isChanged } from './change.ts';
import { foundBy, type InBoth, inLogicalNames, type ObservedPlace } from './found.ts';
import type { Diff, NotComparable, Side } from './types.ts';

/**
 * Returns the differences between two runs, in the topology's names: each cell and check that changed, and whether a
 * version gate of the model explains it.
 * @param a the earlier run, or the older release; the other order works, too
 * @throws Error if a run names an invalid release
 */
export function compare(a: Results, b: Results): Diff {
  const [before, after] = [foundBy(a), foundBy(b)];
  const sides = { a: sideOf(a), b: sideOf(b) };
  const { comparable = [], notComparable = [] } = Object.groupBy(inBoth(before, after), ({ a, b }) =>
    isOpen(a) || isOpen(b) ? 'notComparable' : 'comparable',
  );
  const changes = comparable.filter(isChanged).map((one) => changeOf(one, a.istio.release, b.istio.release));
  const explained = changes.filter((change) => change.explained);
  const unexplained = changes.filter((change) => !change.explained);
  const diff = {
    schema: 'automtls.dev/diff/v1' as const,
    ...sides,
    compared: comparable.length,
    changes: [...unexplained, ...explained],
    notComparable: notComparable.map((one) => notComparableOf(one, sides)),
    only: { a: apart(before, after), b: apart(after, before) },
    propagation: arrivals(a, b),
  };
  return {
    ...diff,
    summary: { explained: explained.length, unexplained: unexplained.length, exitCode: exitCodeOf(diff, unexplained) },
  };
}

function inBoth(before: ObservedPlace[], after: ObservedPlace[]): InBoth[] {
  const others = new Map(after.map((found) => [keyOf(found.place), found]));
  return before.flatMap((a) => {
    const b = others.get(keyOf(a.place));
    return b === undefined ? [] : [{ a, b }];
  });
}

function isOpen({ told }: ObservedPlace): boolean {
  return told.verdict === 'inconclusive';
}

function notComparableOf({ a, b }: InBoth, sides: Pick<Diff, 'a' | 'b'>): NotComparable {
  const why = [
    { run: sides.a.id, found: a },
    { run: sides.b.id, found: b },
  ]
    .filter(({ found }) => isOpen(found))
    .map(({ run, found }) => `run ${run}: ${found.told.why}`);
  return { ...a.place, a: a.told.verdict, b: b.told.verdict, why: why.join('; ') };
}

/** Cells that are only in b do not matter. Cells that are only in a do, and those that one run could not determine. */
function exitCodeOf({ a, b, compared, notComparable, only }: Omit<Diff, 'summary'>, unexplained: unknown[]): 0 | 1 | 3 {
  if (unexplained.length > 0) return 1;
  const incomplete = [a, b].some((side) => side.runErrors !== undefined);
  return incomplete || notComparable.length > 0 || only.a.length > 0 || compared === 0 ? 3 : 0;
}

function sideOf({ run, istio, cluster, automtls, ...found }: Results): Side {
  const runErrors = [
    ...inLogicalNames(found.runErrors, run.namespaces),
    ...(run.interrupted ? ['it was interrupted, so some results are missing'] : []),
  ];
  return {
    id: run.id,
    startedAt: run.startedAt,
    istio: { version: istio.version, release: istio.release },
    cluster,
    automtls: automtls.version,
    ...(runErrors.length === 0 ? {} : { runErrors }),
  };
}

import type { Count, Results } from '../results/types.ts';

/** What befell the run as a whole. */
export interface Doubt {
  kind: 'interrupted' | 'inconclusive';
  /** One sentence, with the namespaces that there are: it may tell what is left of them. */
  text: string;
}

/** Returns why a run is no pass besides its cells and checks; none where they tell all. */
export function doubtsOf({ run, problems, summary }: Results): Doubt[] {
  const untold = summary.verdict === 'inconclusive' && summary.inconclusive === 0 && problems.length === 0;
  return [
    ...(run.interrupted ? [{ kind: 'interrupted' as const, text: 'what was not asked is not counted' }] : []),
    ...[...problems, ...(untold ? ['nothing was asked, so nothing is known'] : [])].map((text) => ({
      kind: 'inconclusive' as const,
      text,
    })),
  ];
}

/**
 * Returns the count of a run, in which the run as a whole is one more that could not be told where something befell it. What
 * was interrupted is no failure: of such a run it counts what was judged before.
 */
export function countWithDoubts(results: Results): Count {
  const { inconclusive, ...others } = results.summary;
  const befell = doubtsOf(results).some(({ kind }) => kind === 'inconclusive');
  return { ...others, inconclusive: inconclusive + (befell ? 1 : 0) };
}

import type { Count, Results } from '../results/types.ts';

/** What went wrong with the run as a whole. */
export interface RunError {
  kind: 'interrupted' | 'inconclusive';
  /** One sentence, with the namespaces that there are: it may tell what is left of them. */
  text: string;
}

/** Returns why a run is no pass besides its cells and checks; none where they tell all. */
export function runErrorsOf({ run, runErrors, summary }: Results): RunError[] {
  const nothingAsked = summary.verdict === 'inconclusive' && summary.inconclusive === 0 && runErrors.length === 0;
  return [
    ...(run.interrupted ? [{ kind: 'interrupted' as const, text: 'what was not asked is not counted' }] : []),
    ...[...runErrors, ...(nothingAsked ? ['nothing was asked, so nothing is known'] : [])].map((text) => ({
      kind: 'inconclusive' as const,
      text,
    })),
  ];
}

/**
 * Returns the count of a run, in which the run as a whole is one more that is inconclusive where it has errors. What
 * was interrupted is no failure: of such a run it counts what was judged before.
 */
export function countWithRunErrors(results: Results): Count {
  const { inconclusive, ...others } = results.summary;
  const hasErrors = runErrorsOf(results).some(({ kind }) => kind === 'inconclusive');
  return { ...others, inconclusive: inconclusive + (hasErrors ? 1 : 0) };
}

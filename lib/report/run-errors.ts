import type { Count, Results } from '../results/types.ts';

/** An error of the whole run. */
export interface RunError {
  kind: 'interrupted' | 'inconclusive';
  /** One sentence, with the real namespaces: it may name what is left of them. */
  text: string;
}

/** Returns why a run is not a pass, besides its cells and checks; empty if there is no other reason. */
export function runErrorsOf({ run, runErrors, summary }: Results): RunError[] {
  const nothingAsked = summary.verdict === 'inconclusive' && summary.inconclusive === 0 && runErrors.length === 0;
  return [
    ...(run.interrupted ? [{ kind: 'interrupted' as const, text: 'cells that were not tested are not counted' }] : []),
    ...[...runErrors, ...(nothingAsked ? ['nothing was tested'] : [])].map((text) => ({
      kind: 'inconclusive' as const,
      text,
    })),
  ];
}

/**
 * Returns the counts of a run. Run errors count as one more inconclusive result; an interruption does not count, so an
 * interrupted run shows what was judged before.
 */
export function countWithRunErrors(results: Results): Count {
  const { inconclusive, ...others } = results.summary;
  const hasErrors = runErrorsOf(results).some(({ kind }) => kind === 'inconclusive');
  return { ...others, inconclusive: inconclusive + (hasErrors ? 1 : 0) };
}

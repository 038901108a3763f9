import type { Count, Results } from '../../results/index.ts';

/** An error of the whole run. */
export interface RunError {
  kind: 'interrupted' | 'inconclusive';
  /** One sentence, with the run's real namespaces, because it may name objects that are left. */
  text: string;
}

/** Returns the reasons why a run is not a pass that are not cells or checks. */
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
 * Returns the counts of a run. All run errors together count as one inconclusive result. An interruption does not
 * count, so the counts of an interrupted run are what was judged before.
 */
export function countWithRunErrors(results: Results): Count {
  const { inconclusive, ...others } = results.summary;
  const hasErrors = runErrorsOf(results).some(({ kind }) => kind === 'inconclusive');
  return { ...others, inconclusive: inconclusive + (hasErrors ? 1 : 0) };
}

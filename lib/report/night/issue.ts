import type { Comparison, Night } from '../../nightly/types.ts';
import { nightMarkdown } from './markdown.ts';

/**
 * Returns the title of the issue that stands for what is wrong.
 * @param state by job or pair of releases
 */
export function issueTitle({ jobs }: Night, state: Record<string, string>): string {
  const where = jobs[0]?.cluster;
  return `Nightly: automatic mutual TLS of Istio ${Object.keys(state).join(', ')} on ${where} is not as expected`;
}

/**
 * Returns the issue's text.
 * @param run the address of the run that found it, where there is one
 */
export function issueBody(night: Night, comparison: Comparison, run: string | undefined): string {
  return [
    'This issue is kept by the nightly run: rewritten while something that is required is wrong, closed when all of it passes.',
    ...link(run),
    nightMarkdown(night, comparison),
  ].join('\n\n');
}

/** Returns the comment that tells how the regressions of a night differ from those before, by job or pair of releases. */
export function issueNews(
  before: Record<string, string>,
  now: Record<string, string>,
  run: string | undefined,
): string {
  const jobs = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  const lines = jobs
    .filter((one) => before[one] !== now[one])
    .map((one) => {
      if (before[one] === undefined) return `- ${one}: something is wrong that was not before`;
      return now[one] === undefined
        ? `- ${one}: as it should be again`
        : `- ${one}: what is wrong is not the same as before`;
    });
  return ['What is wrong has changed; the text above has all of it.', lines.join('\n'), ...link(run)].join('\n\n');
}

/** Returns the comment that closes the issue. */
export function issueEnd({ jobs }: Night, run: string | undefined): string {
  const required = jobs.filter((job) => job.required).map(({ istio }) => istio);
  return [`All that is required passes again: ${required.join(', ')}.`, ...link(run)].join('\n\n');
}

function link(run: string | undefined): string[] {
  return run === undefined ? [] : [`The run: ${run}`];
}

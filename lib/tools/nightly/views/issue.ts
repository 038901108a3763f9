import type { Comparison, Night } from '../types.ts';
import { nightMarkdown } from './markdown.ts';

/**
 * Returns the title of the nightly issue.
 * @param state the state of the regressions, by job or pair of releases
 */
export function issueTitle({ jobs }: Night, state: Record<string, string>): string {
  const where = jobs[0]?.cluster;
  return `Nightly: automatic mutual TLS of Istio ${Object.keys(state).join(', ')} on ${where} does not conform`;
}

/**
 * Returns the description of the issue.
 * @param run the URL of the workflow run, if there is one
 */
export function issueBody(night: Night, comparison: Comparison, run: string | undefined): string {
  return [
    'The nightly run maintains this issue: it is updated while a required release has a regression, and closed when all of them pass.',
    ...link(run),
    nightMarkdown(night, comparison),
  ].join('\n\n');
}

/** Returns the comment that says how the regressions differ from last night's, by job or pair of releases. */
export function issueNews(
  before: Record<string, string>,
  now: Record<string, string>,
  run: string | undefined,
): string {
  const jobs = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  const lines = jobs
    .filter((one) => before[one] !== now[one])
    .map((one) => {
      if (before[one] === undefined) return `- ${one}: new regression`;
      return now[one] === undefined ? `- ${one}: passes again` : `- ${one}: other regressions than before`;
    });
  return ['The regressions have changed; the description has all of them.', lines.join('\n'), ...link(run)].join(
    '\n\n',
  );
}

/** Returns the comment that closes the issue. */
export function issueEnd({ jobs }: Night, run: string | undefined): string {
  const required = jobs.filter((job) => job.required).map(({ istio }) => istio);
  return [`All required releases pass again: ${required.join(', ')}.`, ...link(run)].join('\n\n');
}

function link(run: string | undefined): string[] {
  return run === undefined ? [] : [`Workflow run: ${run}`];
}

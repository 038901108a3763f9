import { changeIssue, commentOn, openIssue, openIssues } from '../github/issues.ts';
import { stateIn, withState } from '../github/marker.ts';
import type { Repository } from '../github/repository.ts';
import { isSame, stateOf } from '../nightly/state.ts';
import type { Comparison, Night } from '../nightly/types.ts';
import { issueBody, issueEnd, issueNews, issueTitle } from '../report/night/issue.ts';

const LABEL = 'nightly';
/** Nights on kind and on native clusters have an issue each. */
const markerOf = ({ jobs }: Night): string => `automtls-nightly-${jobs[0]?.cluster}`;

/**
 * Keeps the one issue that stands for what is wrong in the nights on one kind of cluster: opens it, rewrites it while it lasts, closes it when
 * all that is required passes. A night that could not tell, or did not ask what is wrong, leaves it as it is. Returns what
 * was done, for a person.
 * @param run the address of the run that found it, where there is one
 * @throws UsageError where GitHub refuses
 */
export async function keepIssue(
  repository: Repository,
  { night, comparison, run }: { night: Night; comparison: Comparison; run: string | undefined },
): Promise<string> {
  const { exitCode } = comparison.summary;
  const marker = markerOf(night);
  const issues = await openIssues(repository, LABEL);
  const found = issues.flatMap((issue) => {
    const state = stateIn(marker, issue.body);
    return state === undefined ? [] : [{ issue, before: state }];
  })[0];
  const state = stateOf(night, comparison.summary, found?.before ?? {});
  if (exitCode === 3 || !night.jobs.some(({ required }) => required)) {
    return found === undefined
      ? 'This night could not tell: no issue was opened.'
      : `This night could not tell: ${found.issue.url} stays as it is.`;
  }
  if (exitCode === 0) {
    if (found === undefined) return 'All that is required passes, and no issue is open.';
    const unasked = Object.keys(state);
    if (unasked.length > 0) {
      return `Nothing that was asked is wrong, but ${unasked.join(', ')} was not asked what is: ${found.issue.url} stays as it is.`;
    }
    await commentOn(repository, found.issue, issueEnd(night, run));
    await changeIssue(repository, found.issue, { state: 'closed', state_reason: 'completed' });
    return `All that is required passes again: ${found.issue.url} is closed.`;
  }
  const content = {
    title: issueTitle(night, state),
    body: withState(marker, state, issueBody(night, comparison, run)),
  };
  if (found === undefined) {
    const { url } = await openIssue(repository, { ...content, label: LABEL });
    return `Something that is required is wrong: ${url} is opened.`;
  }
  const same = isSame(state, found.before);
  // The comment first: should the second call fail, the next night says it twice rather than never.
  if (!same) await commentOn(repository, found.issue, issueNews(found.before, state, run));
  await changeIssue(repository, found.issue, content);
  return same
    ? `The same is wrong as before: ${found.issue.url} is rewritten.`
    : `What is wrong has changed: ${found.issue.url} is rewritten, with a comment.`;
}

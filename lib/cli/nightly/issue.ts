import {
  type Comparison,
  changeIssue,
  commentOn,
  isSame,
  issueBody,
  issueEnd,
  issueNews,
  issueTitle,
  type Night,
  openIssue,
  openIssues,
  type Repository,
  stateIn,
  stateOf,
  withState,
} from '../../tools/nightly/index.ts';

const LABEL = 'nightly';
/** Nights on kind and nights on native clusters have separate issues. */
const markerOf = ({ jobs }: Night): string => `automtls-nightly-${jobs[0]?.cluster}`;

/**
 * Maintains the issue for the nights on one kind of cluster: opens it on a regression, updates it while there is one,
 * and closes it when all required releases pass. The issue stays unchanged if the night is inconclusive or did not test
 * what was wrong. Returns a sentence that says what was done.
 * @param run the URL of the workflow run, if there is one
 * @throws UsageError if a request to GitHub fails
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
      ? 'This night is inconclusive: no issue was opened.'
      : `This night is inconclusive: ${found.issue.url} stays as it is.`;
  }
  if (exitCode === 0) {
    if (found === undefined) return 'All required releases pass, and no issue is open.';
    const unasked = Object.keys(state);
    if (unasked.length > 0) {
      return `Nothing that ran is wrong, but ${unasked.join(', ')} did not run what was wrong before: ${found.issue.url} stays as it is.`;
    }
    await commentOn(repository, found.issue, issueEnd(night, run));
    await changeIssue(repository, found.issue, { state: 'closed', state_reason: 'completed' });
    return `All required releases pass again: ${found.issue.url} is closed.`;
  }
  const content = {
    title: issueTitle(night, state),
    body: withState(marker, state, issueBody(night, comparison, run)),
  };
  if (found === undefined) {
    const { url } = await openIssue(repository, { ...content, label: LABEL });
    return `A required release has a regression: opened ${url}.`;
  }
  const same = isSame(state, found.before);
  // The comment first: if the second call fails, the next night comments again rather than never.
  if (!same) await commentOn(repository, found.issue, issueNews(found.before, state, run));
  await changeIssue(repository, found.issue, content);
  return same
    ? `The same regressions as before: updated ${found.issue.url}.`
    : `The regressions have changed: updated ${found.issue.url}, with a comment.`;
}

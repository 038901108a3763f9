// What others use of this room.

export { planAsked } from './asked.ts';
export { compareNights } from './compare.ts';
export { nightFrom, planFrom } from './file.ts';
export { changeIssue, commentOn, openIssue, openIssues } from './github/issues.ts';
export { stateIn, withState } from './github/marker.ts';
export { type Repository, repositoryOf } from './github/repository.ts';
export { runJob } from './job.ts';
export { jobsAtOnce, runJobs } from './jobs.ts';
export { folderOf, nightOf } from './merge.ts';
export { isSame, stateOf } from './state.ts';
export { leftWords, timeLeft } from './time-left.ts';
export type { Comparison, JobOfNight, Night, NightlyJob, Plan } from './types.ts';
export { issueBody, issueEnd, issueNews, issueTitle } from './views/issue.ts';
export { nightMarkdown } from './views/markdown.ts';
export { htmlNight } from './views/page.ts';
export type { RunLinks } from './views/releases.ts';
export { nightTerminal } from './views/terminal.ts';

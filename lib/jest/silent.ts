/** A reporter that says nothing: what a run found is told by lib/report, from its results. */
export default class SilentReporter {}

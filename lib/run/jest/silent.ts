/** A Jest reporter that prints nothing, because lib/report shows the results of a run. */
export default class SilentReporter {}

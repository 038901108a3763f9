import type { Expectation, Protocol, Reason } from '../model/types.ts';
import type { Judgement, Sensitivity } from '../probe/types.ts';
import type { Verdict, VerdictReason } from '../verdict/reasons.ts';

/** The results of one run. All reports are made from these alone. */
export interface Results extends Findings {
  summary: Summary;
}

/** What a run collects while it is going on. */
export interface Findings {
  schema: 'automtls.dev/results/v3';
  /** The automtls that ran. */
  automtls: { version: string };
  run: {
    id: string;
    /** RFC 3339. */
    startedAt: string;
    /** The run's namespaces, by their names in the topologies. */
    namespaces: Record<string, string>;
    /** The suites that `--suite` named; absent if all were run. */
    chosen?: string[];
    /** The cell that `--cell` named; absent if all were tested. */
    cell?: string;
    /** What the variations of requests follow from; `--seed` takes it. Absent in results of older versions. */
    seed?: number;
    /**
     * The share of wrong answers that a step must detect at each pair that it changes, and the probability to miss it.
     */
    sensitivity: Sensitivity;
    /** How long the run waits for each thing and how often it sends requests, by the names in lib/platform/limits.ts. */
    limits: Record<string, number>;
    /** Whether the run was interrupted, for example by ^C. */
    interrupted: boolean;
    /** The step whose failure ended the run, with `--fail-fast`; absent if none did. */
    stoppedAfter?: { suite: string; step: string };
  };
  cluster: { provider: string; name: string; kubernetes: string };
  istio: {
    /** The version that was found on the cluster. */
    version: string;
    /** The minor whose rules it was judged by, such as 1.31. */
    release: string;
    policyApi: string;
    notes: string[];
  };
  /** How long each phase of the run took, in milliseconds, in order. */
  phases: { name: string; ms: number }[];
  /** Errors of the whole run, one sentence each. With any, no pass of the run can be trusted. */
  runErrors: string[];
  suites: SuiteResult[];
}

/** The result of a run in short. */
export interface Summary extends Count {
  verdict: Verdict | 'interrupted';
  /** 0 all pass, 1 the mesh does not conform, 3 inconclusive, 130 interrupted. */
  exitCode: 0 | 1 | 3 | 130;
  /** How many cells and checks are inconclusive for a reason of each code. */
  inconclusiveBy: Record<string, number>;
  /** Why it was not a complete run, one sentence each; empty if it was. */
  partial: string[];
}

/** The number of checks and cells with each verdict. */
export interface Count {
  passed: number;
  failed: number;
  inconclusive: number;
  /** Chosen suites that were not run. */
  skipped: number;
}

export interface SuiteResult {
  name: string;
  title: string;
  /** Why it was not run; absent if it was. */
  skipped?: string;
  /** The titles of its steps that were not run, because `--fail-fast` ended the run; absent if all were. */
  notRun?: string[];
  steps: StepResult[];
}

export type StepResult = AskResult | CheckResult;

export interface AskResult {
  kind: 'ask';
  title: string;
  /** Its duration in milliseconds. */
  ms: number;
  /** The applied objects, as `Kind namespace/name`, with the topology's names. */
  objects: string[];
  autoMtls: boolean;
  cells: CellResult[];
  /**
   * From the step's API call until the pairs that it changes were right; absent if it changes none, or none was right.
   */
  propagation?: { firstRightMs: number; lastWrongMs?: number; flaps: number };
  /** How long each of its parts took, in order, in milliseconds; absent if the step was not tested. */
  parts?: { name: string; ms: number }[];
  /** Other observations that may explain the answers, one sentence each; absent if there are none. */
  notes?: string[];
}

/** The traffic of a cell. Together with the suite and the step, it identifies the cell. */
export interface TrafficKey {
  /** Such as `sleep.full`. */
  client: string;
  /** Such as `httpbin.partial`. */
  server: string;
  /** The Service's port. */
  port: number;
  protocol: Protocol;
  /** The subset that requests name in their header; absent where they name none. */
  subset?: string;
}

export interface CellResult extends Judgement, TrafficKey {
  /** The reasons in one sentence, without what likely made it go wrong. */
  why: string;
  expectation: Expectation;
  /** Whether the step changes the expectation of the pair. */
  changes: boolean;
  /** The commands to reproduce it in the run's namespaces. */
  repro: string[];
  /** A file beside the results: a script that reproduces it from nothing. Only if it failed. */
  script?: string;
  /** A folder beside the results: what the mesh was then. Only if it failed. */
  diagnosis?: string;
}

export interface CheckResult {
  kind: 'check';
  title: string;
  /** Its duration in milliseconds. */
  ms: number;
  verdict: Verdict;
  /** What the verdict follows from. */
  reasons: VerdictReason[];
  /** One sentence: what was observed and, if it is wrong, what to do. */
  why: string;
  /** The objects of others that it saw, and that can affect the run, as `Kind namespace/name`; absent if there are none. */
  objects?: string[];
  /** What it tried, one by one; absent if it tried nothing of the kind. */
  rows?: CheckRow[];
}

/** One thing that a check tried: somebody asked a server. */
export interface CheckRow {
  /** Who asked, such as `a self-signed certificate` or `sleep.full`. */
  client: string;
  /** Who was asked, such as `httpbin.full:8080`. */
  server: string;
  /** What had to come of it, such as `refused`. */
  expected: string;
  /** What came back, and how often. */
  observed: string;
  verdict: Verdict | 'not-tried';
  /** What is wrong, or why it was not tried; absent if it passed. */
  why?: string;
  /** Why it was expected. */
  reasons: Reason[];
}

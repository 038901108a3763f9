import type { Expectation, Protocol } from '../model/types.ts';
import type { Judgement, Sensitivity, Verdict } from '../probe/types.ts';

/** All that one run found out; reports are made from this alone. */
export interface Results extends Findings {
  summary: Summary;
}

/** What a run gathers while it goes on. */
export interface Findings {
  schema: 'automtls.dev/results/v2';
  /** Which automtls found it. */
  automtls: { version: string };
  run: {
    id: string;
    /** RFC 3339. */
    startedAt: string;
    /** The topologies' namespaces to those that the run made. */
    namespaces: Record<string, string>;
    /** The suites that were asked for by name; absent where all were. */
    chosen?: string[];
    /** The one cell that was asked for; absent where all were. */
    cell?: string;
    /** How small a share of wrong answers each pair that a step changes was to show, and with which chance it may be missed. */
    sensitivity: Sensitivity;
    /** How long it was to wait for each thing, and how often to ask, by the names of lib/limits.ts. */
    limits: Record<string, number>;
    /** Whether ^C ended it before its time. */
    interrupted: boolean;
  };
  cluster: { provider: string; name: string; kubernetes: string };
  istio: {
    /** As it was found on the cluster. */
    version: string;
    /** The minor whose rules were expected of it, such as 1.31. */
    release: string;
    policyApi: string;
    notes: string[];
  };
  /** How long each phase of the run took, in milliseconds, in order. */
  phases: { name: string; ms: number }[];
  /** Errors of the whole run, a sentence each: with any, no pass of it can be trusted. */
  runErrors: string[];
  suites: SuiteResult[];
}

/** What a run came to, for those who want no more. */
export interface Summary extends Count {
  verdict: Verdict | 'interrupted';
  /** 0 all pass, 1 the mesh does not conform, 3 inconclusive, 130 interrupted. */
  exitCode: 0 | 1 | 3 | 130;
  /** Why it says less than a run of everything, a sentence each; none where it was one. */
  partial: string[];
}

/** How many checks and cells came to each verdict. */
export interface Count {
  passed: number;
  failed: number;
  inconclusive: number;
  /** Suites that were asked for and not run. */
  skipped: number;
}

export interface SuiteResult {
  name: string;
  title: string;
  /** Why it was not run; absent where it was. */
  skipped?: string;
  steps: StepResult[];
}

export type StepResult = AskResult | CheckResult;

export interface AskResult {
  kind: 'ask';
  title: string;
  /** How long it took, in milliseconds. */
  ms: number;
  /** What was applied, as `Kind namespace/name`, in the topology's names. */
  objects: string[];
  autoMtls: boolean;
  cells: CellResult[];
  /** From the step's API call until every pair that changes was right; absent where none changes. */
  propagation?: { firstRightMs: number; lastWrongMs?: number; flaps: number };
  /** Where its time went, in order, in milliseconds; absent where it was not asked. */
  parts?: { name: string; ms: number }[];
  /** What else was noticed and may explain the answers, a sentence each; absent where there is nothing. */
  notes?: string[];
}

/** What a cell asked; with its suite and step it tells the cell from all others. */
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
  expectation: Expectation;
  /** Whether the step changes what is expected of the pair. */
  changes: boolean;
  /** The commands with which a person sees it for themselves. */
  repro: string[];
}

export interface CheckResult {
  kind: 'check';
  title: string;
  /** How long it took, in milliseconds. */
  ms: number;
  verdict: Verdict;
  /** One sentence: what was seen, and what to do where it is wrong. */
  why: string;
}

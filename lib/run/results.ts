import type { Expectation } from '../model/types.ts';
import type { Judgement, Verdict } from '../probe/types.ts';
import type { Role } from './suite.ts';

/** All that one run found out; reports are made from this alone. */
export interface Results {
  schema: 'automtls.dev/results/v1';
  run: {
    id: string;
    /** RFC 3339. */
    startedAt: string;
    /** Roles to the namespaces that the run made. */
    namespaces: Record<Role, string>;
    /** Whether ^C ended it before its time. */
    interrupted: boolean;
  };
  cluster: { provider: string; name: string; kubernetes: string };
  istio: { version: string; policyApi: string; notes: string[] };
  /** How long each phase of the run took, in milliseconds, in order. */
  phases: { name: string; ms: number }[];
  /** What befell the run as a whole, a sentence each: with any, no pass of it can be trusted. */
  problems: string[];
  suites: SuiteResult[];
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
  /** What was in force, as `Kind namespace/name`, in roles. */
  objects: string[];
  autoMtls: boolean;
  cells: CellResult[];
  /** From the step's API call until every pair that changes was right; absent where none changes. */
  propagation?: { firstRightMs: number; lastWrongMs?: number; flaps: number };
}

export interface CellResult extends Judgement {
  client: Role;
  server: Role;
  expectation: Expectation;
  /** Whether the step changes what is expected of the pair. */
  changes: boolean;
  /** The two commands with which a person sees it for themselves. */
  repro: string[];
}

export interface CheckResult {
  kind: 'check';
  title: string;
  verdict: Verdict;
  /** One sentence: what was seen, and what to do where it is wrong. */
  why: string;
}

/** How many checks and cells came to each verdict. */
export interface Count {
  passed: number;
  failed: number;
  inconclusive: number;
  /** Steps of suites that were not run. */
  skipped: number;
}

/** Counts the verdicts of a run. */
export function countOf({ suites }: Results): Count {
  const verdicts = suites.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'ask' ? step.cells.map(({ verdict }) => verdict) : [step.verdict])),
  );
  const count = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  return {
    passed: count('pass'),
    failed: count('fail'),
    inconclusive: count('inconclusive'),
    skipped: suites.filter(({ skipped }) => skipped !== undefined).length,
  };
}

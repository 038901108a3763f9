import type { Question } from '../../model/index.ts';
import type { Verdict } from '../fields.ts';
import type { Seen } from '../judgement.ts';
import type { VerdictReason } from '../reasons.ts';
import type { AskedRecord, Pair } from './asked.ts';
import type { Looked, RunSetting } from './looked.ts';
import type { TriedRecord } from './tried.ts';

/** All that the verdicts of a run follow from, as plain JSON without secrets: whoever has it can judge the run again. */
export interface RunRecord {
  schema: 'automtls.dev/record/v1';
  automtls: { version: string };
  /** The run's id, as in its results. */
  run: string;
  setting: RunSetting;
  /** In the order in which they were performed. */
  steps: StepRecord[];
}

/** All that the verdicts of one step follow from. */
export type StepRecord = DecidedStep & (AskedStepRecord | UnaskedStepRecord | CheckRecord);

/** A step's place in its suite, and what was decided then. */
export interface DecidedStep {
  suite: string;
  step: string;
  /** The verdict of each cell, in order, or that of the check. */
  decided: Decided[];
}

/** A verdict and what it follows from. */
export interface Decided {
  verdict: Verdict;
  reasons: VerdictReason[];
}

/** A step whose pairs were asked. */
export interface AskedStepRecord {
  kind: 'asked';
  /** Whether it changed anything on the mesh. */
  changed: boolean;
  /** Whether automatic mutual TLS was on during it. */
  autoMtls: boolean;
  /** How many of its pairs are its own, and first; the others are controls. */
  own: number;
  asked: AskedRecord<NamedPair>;
  /** What was observed of pairs right before the step, by their ids. */
  observed: Record<string, Seen[]>;
  looked: Looked;
  /** What else the run noticed meanwhile, one sentence each. */
  noticed: string[];
}

/** A pair with the question that the model's expectation answers, and its name in messages about the step. */
export interface NamedPair extends Pair {
  question: Question;
  name: string;
}

/** A step whose pairs could not be asked. */
export interface UnaskedStepRecord {
  kind: 'unasked';
  reason: VerdictReason;
}

/**
 * A check. Most find reasons. Records from before there were the optional parts have reasons alone, with what followed
 * from the rest.
 */
export interface CheckRecord {
  kind: 'check';
  /** What it found; empty if all that it found is in another part. */
  reasons: VerdictReason[];
  /** What it found of each thing that it looked at. */
  each?: EachRecord;
  /** What strangers or impostors tried. */
  tried?: TriedRecord;
}

/** What a check found of several things. */
export interface EachRecord {
  /** A sentence for each that is as the model says. */
  sentences: string[];
  /** What is otherwise, and of what nothing can be said. */
  wrong: VerdictReason[];
}

/** What a check saw. */
export type CheckSeen = Omit<CheckRecord, 'kind'>;

/** Returns a pair as records have it: without how it was asked, and why the model expects what it does. */
export function pairRecord(pair: NamedPair): NamedPair {
  const { id, name, question, client, sidecar, server, protocol, addresses, clusters, routed, answers } = pair;
  const { expectation, before } = pair;
  return {
    id,
    name,
    question,
    client,
    sidecar,
    server,
    protocol,
    ...(addresses && { addresses }),
    ...(clusters && { clusters }),
    ...(routed && { routed }),
    expectation: outcomesOf(expectation),
    ...(before && { before: outcomesOf(before) }),
    answers,
  };
}

function outcomesOf({ outcomes, notJudged }: Pair['expectation']): Pair['expectation'] {
  return { outcomes, ...(notJudged && { notJudged }) };
}

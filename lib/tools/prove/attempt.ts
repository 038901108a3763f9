import { setTimeout as pause } from 'node:timers/promises';
import { type Learned, lookAtMesh, type Run, settingOf } from '../../mesh/index.ts';
import { logicalNames } from '../../model/index.ts';
import { cleanupStack } from '../../platform/cleanup-stack.ts';
import { InconclusiveError, UsageError } from '../../platform/errors.ts';
import { detect } from '../../platform/istio/index.ts';
import { mapTexts } from '../../platform/texts.ts';
import { named, pairWords, type StepResult, whyWithCauses } from '../../results/index.ts';
import {
  assertSuitable,
  endRun,
  performStep,
  populate,
  prepare,
  recordedStep,
  runRecordOf,
  type Started,
  type StartOptions,
  UnsuitableError,
} from '../../run/index.ts';
import type { CheckStep, Scenario } from '../../scenario/index.ts';
import type { RunRecord, StepRecord, VerdictReason } from '../../verdict/index.ts';
import { handsOn } from './hands.ts';
import type { Saboteur } from './saboteur.ts';
import type { HarnessVerdict } from './types.ts';

/** What a saboteur is tried on: the run whose workloads most saboteurs share, and what its last steps have learned. */
export interface ProofStage extends Started {
  /** How a saboteur that acts before set-up starts a run of its own. */
  start: StartOptions;
  /** The checks at the beginning of every run. */
  checks: CheckStep[];
}

export interface Attempted {
  verdicts: HarnessVerdict[];
  /** What the verdicts of its steps followed from; absent if the run did not start. */
  record?: RunRecord;
  /** How long each part took, in milliseconds. */
  ms: { break: number; step: number; mend: number };
  /** A sentence for each thing that was not mended. */
  unmended: string[];
}

/**
 * Lets a saboteur break the mesh, performs its steps, and mends the mesh.
 * @throws the signal's reason if it is interrupted, and whatever the saboteur throws; the mesh is mended before
 */
export async function attempt(stage: ProofStage, saboteur: Saboteur, steps: Steps): Promise<Attempted> {
  const { run } = stage;
  const { kube, istio, limits, signal, namespaces, probeClients } = run;
  const mending = cleanupStack();
  const hands = handsOn({
    kube,
    istio,
    limits,
    signal,
    namespaces,
    probeClients,
    mending,
    applied: () => run.mesh.applied,
  });
  const begunAt = performance.now();
  let brokenAt = begunAt;
  const breaks = async (): Promise<void> => {
    await saboteur.break(hands);
    brokenAt = performance.now();
  };
  let found: StepVerdicts;
  let doneAt: number;
  let unmended: string[] = [];
  try {
    found = await moments[saboteur.when](stage, steps, breaks);
  } finally {
    doneAt = performance.now();
    unmended = await mending.unwind();
  }
  signal.throwIfAborted();
  const ms = { break: brokenAt - begunAt, step: doneAt - brokenAt, mend: performance.now() - doneAt };
  const { verdicts, record } = found;
  return { verdicts, ...(record && { record }), ms, unmended };
}

/** What is performed on the broken mesh. */
type Steps = (Scenario | CheckStep)[];

/** What was found on the broken mesh. */
type StepVerdicts = Pick<Attempted, 'verdicts' | 'record'>;

type Tries = (stage: ProofStage, steps: Steps, breaks: () => Promise<void>) => Promise<StepVerdicts>;

const moments: Record<Saboteur['when'], Tries> = {
  'set-up': async ({ start, checks }, steps, breaks) => {
    await breaks();
    return started(async () => {
      const prepared = await prepare(start);
      try {
        const begun = await populate(prepared, { keep: false });
        return await verdictsOf(begun, [...checks, ...steps]);
      } finally {
        await endRun(prepared.run);
      }
    });
  },
  start: async ({ run, checks }, steps, breaks) => {
    await breaks();
    return started(async () => {
      const begun = await beginAgain(run);
      await assertSuitable(begun.run, begun.learned);
      return verdictsOf(begun, [...checks, ...steps]);
    });
  },
  between: async ({ run, learned }, steps, breaks) => {
    await breaks();
    // Between two steps of a run nothing waits as long as it takes to break the mesh.
    return verdictsOf({ run, learned: { ...learned, serving: undefined } }, steps);
  },
  during: async ({ run, learned }, steps, breaks) => {
    const over = new AbortController();
    const step = verdictsOf({ run, learned }, steps).finally(() => over.abort());
    // The step's own error comes first.
    const broken = whenStored(run, over.signal).then(breaks);
    await Promise.allSettled([step, broken]);
    const found = await step;
    await broken;
    return found;
  },
};

/** Looks at the mesh anew, and returns the run as if it started now, with nothing learned. Its workloads stay. */
export async function beginAgain(run: Run): Promise<Started> {
  const istio = await detect(run.kube, run.istio.version);
  const learned = await lookAtMesh(run);
  await run.watching.begin();
  run.mesh.notes.length = 0;
  return { run: { ...run, istio }, learned };
}

async function started(begin: () => Promise<StepVerdicts>): Promise<StepVerdicts> {
  try {
    const { verdicts, ...found } = await begin();
    const start: HarnessVerdict = { of: 'start', verdict: 'pass', why: 'the run started', reasons: [] };
    return { verdicts: [start, ...verdicts], ...found };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const reasons: VerdictReason[] =
      error instanceof UnsuitableError ? error.unmet : [{ code: 'refused', error: error.message }];
    return { verdicts: [{ of: 'start', verdict: 'refused', why: error.message, reasons }] };
  }
}

/** How often to look whether the step's objects are stored, in milliseconds: a saboteur must be faster than a step. */
const SOON_MS = 5;

/**
 * Waits until the step has applied its objects.
 * @throws InconclusiveError if the step is over before
 */
async function whenStored(run: Run, over: AbortSignal): Promise<void> {
  while (!run.mesh.applied.some(({ metadata }) => metadata.uid !== undefined)) {
    if (over.aborted) throw new InconclusiveError('The step was over before its objects were stored.');
    await pause(SOON_MS);
  }
}

/** Performs steps and returns what was found of each check and each pair, its record, and what was learned by the end. */
export async function verdictsOf(
  { run, learned: atFirst }: Started,
  steps: Steps,
): Promise<{ verdicts: HarnessVerdict[]; record: RunRecord; learned: Learned }> {
  const verdicts: HarnessVerdict[] = [];
  const records: StepRecord[] = [];
  let learned = atFirst;
  for (const step of steps) {
    const performed = await performStep(run, learned, step);
    const { result } = performed;
    learned = performed.learned;
    records.push(recordedStep('prove', performed));
    const id = step.kind === 'check' ? step.check : '';
    verdicts.push(...mapTexts(verdictsIn(result, id), (text) => logicalNames(text, run.namespaces)));
  }
  return { verdicts, record: runRecordOf(run, settingOf(run), records), learned };
}

function verdictsIn(result: StepResult, check: string): HarnessVerdict[] {
  if (result.kind === 'check') {
    const { verdict, why, reasons } = result;
    return [{ of: check, verdict, why, reasons }];
  }
  return named(result.cells).map((cell) => {
    const { verdict, reasons } = cell;
    return { of: pairWords(cell), verdict, why: whyWithCauses(cell), reasons };
  });
}

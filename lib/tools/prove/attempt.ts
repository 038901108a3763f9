import { setTimeout as pause } from 'node:timers/promises';
import type { Run } from '../../mesh/run.ts';
import { beginWatching } from '../../mesh/watching.ts';
import { logicalNames } from '../../model/world/rename.ts';
import { cleanupStack } from '../../platform/cleanup-stack.ts';
import { InconclusiveError, UsageError } from '../../platform/errors.ts';
import { detect } from '../../platform/istio/detect.ts';
import { mapTexts } from '../../platform/texts.ts';
import { whyWithCauses } from '../../results/causes.ts';
import { named, pairWords } from '../../results/place.ts';
import type { StepResult } from '../../results/types.ts';
import { performStep } from '../../run/perform.ts';
import {
  assertSuitable,
  endRun,
  lookAtMesh,
  populate,
  prepare,
  type StartOptions,
  UnsuitableError,
} from '../../run/start.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { CheckStep } from '../../scenario/suite.ts';
import type { VerdictReason } from '../../verdict/reasons.ts';
import { handsOn } from './hands.ts';
import type { Saboteur } from './saboteur.ts';
import type { Finding } from './types.ts';

/** What a saboteur is tried on. */
export interface Stage {
  /** The run whose workloads most saboteurs share. */
  run: Run;
  /** How a saboteur that acts before set-up starts a run of its own. */
  start: StartOptions;
  /** The checks at the beginning of every run. */
  checks: CheckStep[];
}

export interface Attempted {
  findings: Finding[];
  /** How long each part took, in milliseconds. */
  ms: { break: number; step: number; mend: number };
  /** A sentence for each thing that was not mended. */
  unmended: string[];
}

/**
 * Lets a saboteur break the mesh, performs its steps, and mends the mesh.
 * @throws the signal's reason if it is interrupted, and whatever the saboteur throws; the mesh is mended before
 */
export async function attempt(stage: Stage, saboteur: Saboteur, steps: Steps): Promise<Attempted> {
  const { run } = stage;
  const { kube, istio, limits, signal, namespaces, probeClients } = run;
  const mending = cleanupStack();
  const hands = handsOn({
    ...{ kube, istio, limits, signal, namespaces, probeClients, mending },
    applied: () => run.applied,
  });
  const begunAt = performance.now();
  let brokenAt = begunAt;
  const breaks = async (): Promise<void> => {
    await saboteur.break(hands);
    brokenAt = performance.now();
  };
  let findings: Finding[];
  let doneAt: number;
  let unmended: string[] = [];
  try {
    findings = await moments[saboteur.when](stage, steps, breaks);
  } finally {
    doneAt = performance.now();
    unmended = await mending.unwind();
  }
  signal.throwIfAborted();
  const ms = { break: brokenAt - begunAt, step: doneAt - brokenAt, mend: performance.now() - doneAt };
  return { findings, ms, unmended };
}

/** What is performed on the broken mesh. */
type Steps = (Scenario | CheckStep)[];

type Tries = (stage: Stage, steps: Steps, breaks: () => Promise<void>) => Promise<Finding[]>;

const moments: Record<Saboteur['when'], Tries> = {
  'set-up': async ({ start, checks }, steps, breaks) => {
    await breaks();
    return started(async () => {
      const run = await prepare(start);
      try {
        await populate(run, { keep: false });
        return await findingsOf(run, [...checks, ...steps]);
      } finally {
        await endRun(run);
      }
    });
  },
  start: async ({ run, checks }, steps, breaks) => {
    await breaks();
    return started(async () => {
      await beginAgain(run);
      await assertSuitable(run);
      return findingsOf(run, [...checks, ...steps]);
    });
  },
  between: async ({ run }, steps, breaks) => {
    await breaks();
    // Between two steps of a run nothing waits as long as it takes to break the mesh.
    delete run.serving;
    return findingsOf(run, steps);
  },
  during: async ({ run }, steps, breaks) => {
    const over = new AbortController();
    const step = findingsOf(run, steps).finally(() => over.abort());
    // The step's own error comes first.
    const broken = whenStored(run, over.signal).then(breaks);
    await Promise.allSettled([step, broken]);
    const findings = await step;
    await broken;
    return findings;
  },
};

/** Makes the run look at the mesh anew, as a run that starts now. Its workloads stay. */
export async function beginAgain(run: Run): Promise<void> {
  run.istio = await detect(run.kube, run.istio.version);
  await lookAtMesh(run);
  await beginWatching(run);
  run.observed.clear();
  run.certificates.clear();
  run.notes.length = 0;
  delete run.serving;
  delete run.blocked;
}

async function started(begin: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return [{ of: 'start', verdict: 'pass', why: 'the run started', reasons: [] }, ...(await begin())];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const reasons: VerdictReason[] =
      error instanceof UnsuitableError ? error.unmet : [{ code: 'refused', error: error.message }];
    return [{ of: 'start', verdict: 'refused', why: error.message, reasons }];
  }
}

/** How often to look whether the step's objects are stored, in milliseconds: a saboteur must be faster than a step. */
const SOON_MS = 5;

/**
 * Waits until the step has applied its objects.
 * @throws InconclusiveError if the step is over before
 */
async function whenStored(run: Run, over: AbortSignal): Promise<void> {
  while (!run.applied.some(({ metadata }) => metadata.uid !== undefined)) {
    if (over.aborted) throw new InconclusiveError('The step was over before its objects were stored.');
    await pause(SOON_MS);
  }
}

/** Performs steps and returns what was found of each check and each pair. */
export async function findingsOf(run: Run, steps: Steps): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const step of steps) {
    const { result } = await performStep(run, step);
    const id = step.kind === 'check' ? step.check : '';
    findings.push(...mapTexts(findingsIn(result, id), (text) => logicalNames(text, run.namespaces)));
  }
  return findings;
}

function findingsIn(result: StepResult, check: string): Finding[] {
  if (result.kind === 'check') {
    const { verdict, why, reasons } = result;
    return [{ of: check, verdict, why, reasons }];
  }
  return named(result.cells).map((cell) => {
    const { verdict, reasons } = cell;
    return { of: pairWords(cell), verdict, why: whyWithCauses(cell), reasons };
  });
}

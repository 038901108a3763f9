import {
  addressesOf,
  countersOf,
  type Learned,
  lookAround,
  lookAtServing,
  podAddresses,
  podNames,
  type Run,
  settingOf,
  takeMesh,
  tokenCollector,
  worldOf,
} from '../mesh/index.ts';
import { expectationOf, type KubeObject, logicalNames, nameOf } from '../model/index.ts';
import { InconclusiveError } from '../platform/errors.ts';
import { atMost } from '../platform/texts.ts';
import { type Asking, converge } from '../probe/index.ts';
import type { AskResult, CellResult } from '../results/index.ts';
import { keyOf, type Scenario, stepObjects, withAges } from '../scenario/index.ts';
import {
  type AskedRecord,
  type AskedStepRecord,
  changes,
  didOtherwise,
  type Judgement,
  judgePairs,
  judgeStep,
  judgeUnasked,
  pairRecord,
  type Seen,
  type Serving,
  type UnaskedStepRecord,
  type VerdictReason,
  whyOf,
} from '../verdict/index.ts';
import { applyStep } from './apply.ts';
import { cellsOf, controlsOf, type RunCell, type Worlds } from './cells.ts';
import { reproFor } from './repro.ts';
import { type Lap, stopwatch } from './stopwatch.ts';

/** A step's result without its duration, and what its verdicts follow from. */
interface UntimedAsk<Recorded> {
  result: Omit<AskResult, 'ms'>;
  record: Recorded;
}

/** A step's result with what was learned in it, for the next one. */
interface Taught<Recorded> extends UntimedAsk<Recorded> {
  learned: Learned;
}

/**
 * Applies a step's objects, removes the run's other ones, asks the step's pairs until they settle, and judges them.
 * If it throws, `afterThrowing` says what is still known.
 * @throws UsageError if the cluster refuses an object; the signal's reason if the run was interrupted
 */
export async function askStep(run: Run, learned: Learned, step: Scenario): Promise<Taught<AskedStepRecord>> {
  const { lap, laps } = stopwatch();
  const autoMtls = step.autoMtls ?? true;
  const wanted = wantedBy(run, step);
  const before = worldOf(run, learned, run.mesh);
  const serving = learned.serving ?? (await lookAtServing(run));
  const planned = worldOf(run, learned, { applied: withAges(wanted, step.ages), autoMtls });
  const observed = await observedBefore(run, learned, step, { before, during: planned }, serving);
  if (!autoMtls) await takeMesh(run);
  lap('before');

  const appliedAt = performance.timeOrigin + performance.now();
  const { changed, altered } = await applyStep(run, wanted, autoMtls, step.ages);
  lap('apply');
  const worlds = { before, during: worldOf(run, learned, run.mesh) };
  const cells = cellsOf(run, learned, step, worlds);
  const all = [...cells, ...controlsOf(run, learned, { ...step, cells }, worlds)];
  const { tokens, collect } = tokenCollector();
  const addressees = addressed(run, all, serving);
  const { asked, tallies } = await converge({
    ...howToAsk(run, serving),
    cells: addressees,
    counters: countersOf(run, serving),
    certificates: learned.certificates,
    endpoints: podAddresses(run, serving),
    appliedAt,
    convergence: changed ? run.limits : { ...run.limits, minObservationMs: 0 },
    onAnswer: collect,
    onPhase: lap,
  });
  const judgements = judgePairs(asked, tallies);

  const around = { cells: all, judgements, tokens, serving, appliedAt, altered };
  const { looked, learned: after } = await lookAround(run, learned, around);
  const record: AskedStepRecord = {
    kind: 'asked',
    changed,
    autoMtls,
    own: cells.length,
    asked: { ...asked, pairs: addressees.map(pairRecord) },
    observed: withoutEvidence(observed),
    looked,
    noticed: run.mesh.notes.splice(0),
  };
  const judged = judgeStep(settingOf(run), record, judgements);
  lap('look');
  return {
    result: resultOf(run, step, { wanted, cells, notes: judged.notes, parts: laps }, judged.of),
    record,
    learned: {
      ...withAsked(after, all, asked),
      stepFailed: undefined,
      decided: new Map(cells.map((cell) => [cell.id, judged.of(cell)] as const)),
      observed: settled([...(changed ? [] : observed), ...judgements], judged.unsettled),
    },
  };
}

/** Returns what is known once cells were asked: also what was expected of them, and which certificates sidecars have. */
function withAsked(learned: Learned, cells: RunCell[], { sidecars }: AskedRecord): Learned {
  const { lastExpected, certificates } = learned;
  const seen = Object.entries(sidecars?.certificates ?? {});
  return {
    ...learned,
    lastExpected: new Map([...lastExpected, ...cells.map(({ id, expectation }) => [id, expectation] as const)]),
    certificates: new Map([...certificates, ...seen.map(([client, hashes]) => [client, new Set(hashes)] as const)]),
  };
}

/**
 * Returns what was observed of pairs, later ones in place of earlier ones.
 * @param unsettled the ids of those whose answers no longer hold: the next step asks them again before it begins
 */
function settled(observed: [string, Pick<Judgement, 'seen'>][], unsettled: string[]): Learned['observed'] {
  return new Map([...new Map(observed)].filter(([id]) => !unsettled.includes(id)));
}

/** Returns what was observed as a record has it, by the pairs' ids. */
function withoutEvidence(observed: Learned['observed']): Record<string, Seen[]> {
  const without = ({ evidence: _, ...seen }: Seen): Seen => seen;
  return Object.fromEntries([...observed].map(([id, { seen }]) => [id, seen.map(without)]));
}

/** Returns who asks, and how, before a step as well as during it. */
function howToAsk(
  run: Run,
  serving: Serving,
): Pick<Asking, 'probeClients' | 'variations' | 'pods' | 'strategy' | 'signal'> {
  const { probeClients, variations, strategy, signal } = run;
  return { probeClients, variations, strategy, signal, pods: podNames(run, serving) };
}

/** Returns the cells with the addresses that their clients may ask. */
function addressed(run: Run, cells: RunCell[], serving: Serving): RunCell[] {
  return cells.map((cell) => {
    const addresses = addressesOf(run, cell.question.server, serving);
    return { ...cell, ...(addresses && { addresses: [...addresses] }) };
  });
}

/**
 * Before anything is applied, asks the pairs that the step will change, except those already seen to behave differently
 * from its expectations: only such pairs can show that the step has arrived. If the step changes none of its own pairs,
 * asks the controls that it changes.
 * @returns what was observed of each pair under what is still applied, now or in earlier steps
 * @throws InconclusiveError if no client gets a readable answer: the step would use its full time and show no more
 */
async function observedBefore(
  run: Run,
  learned: Learned,
  step: Scenario,
  worlds: Worlds,
  serving: Serving,
): Promise<Learned['observed']> {
  const { before } = worlds;
  const cellsOfStep = cellsOf(run, learned, step, worlds);
  const unknown = (
    cellsOfStep.some(changes) ? cellsOfStep : controlsOf(run, learned, { ...step, cells: cellsOfStep }, worlds)
  ).filter((cell) => changes(cell) && !didOtherwise(learned.observed, cell));
  if (unknown.length === 0) return learned.observed;
  const { baselineAnswers, alikeAnswers } = run.limits;
  const cells = unknown.map((cell) => {
    const expectation = expectationOf(before, cell.question);
    // If all endpoints answer alike, before and after, one answer tells. More show that the step before has settled.
    const isAlike = [cell.expectation, expectation].every(({ outcomes }) => outcomes.length === 1);
    return { ...cell, expectation, answers: isAlike ? alikeAnswers : baselineAnswers };
  });
  const controls = controlsOf(run, learned, { cells }, { before, during: before });
  const asked = [...cells, ...controls].map((cell) => ({ ...cell, before: cell.expectation }));
  const baseline = await converge({
    ...howToAsk(run, serving),
    cells: addressed(run, asked, serving),
    appliedAt: performance.timeOrigin + performance.now(),
    convergence: { ...run.limits, minObservationMs: 0 },
  });
  const judgements = judgePairs(baseline.asked, baseline.tallies);
  const isHeard = ({ seen }: Judgement): boolean => seen.some(({ observation }) => observation.kind !== 'not-observed');
  const [first] = judgements.values();
  if (first !== undefined && ![...judgements.values()].some(isHeard)) {
    throw new InconclusiveError(
      `the step was not applied, since nothing could be observed before it: ${whyOf(first.reasons)}`,
    );
  }
  return new Map([...learned.observed, ...judgements]);
}

/** Returns the result of a step whose pairs could not be asked, with the expectations that it would have had. */
export function unaskedStep(
  run: Run,
  learned: Learned,
  step: Scenario,
  reason: VerdictReason,
): UntimedAsk<UnaskedStepRecord> {
  const wanted = wantedBy(run, step);
  const worlds: Worlds = {
    before: worldOf(run, learned, run.mesh),
    during: worldOf(run, learned, { applied: withAges(wanted, step.ages), autoMtls: step.autoMtls ?? true }),
  };
  const judgement = judgeUnasked({ reason });
  return {
    result: resultOf(run, step, { wanted, cells: cellsOf(run, learned, step, worlds), notes: [] }, () => judgement),
    record: { kind: 'unasked', reason },
  };
}

function wantedBy(run: Run, step: Scenario): KubeObject[] {
  return stepObjects(step.objects, run.istio.policyApi, run.namespaces, run.kube.served);
}

function resultOf(
  run: Run,
  step: Scenario,
  { wanted, cells, notes, parts }: { wanted: KubeObject[]; cells: RunCell[]; notes: string[]; parts?: Lap[] },
  judgementOf: (cell: RunCell) => Judgement,
): Omit<AskResult, 'ms'> {
  const repro = reproFor(run, wanted);
  const results = cells.map((cell): CellResult => {
    const { traffic, expectation } = cell;
    const judgement = judgementOf(cell);
    return {
      ...keyOf(traffic),
      expectation,
      changes: changes(cell),
      ...judgement,
      why: whyOf(judgement.reasons),
      repro: repro(traffic),
    };
  });
  const objects = wanted.map((object) => logicalNames(nameOf(object), run.namespaces));
  const all = [
    ...notes.map((note) => logicalNames(note, run.namespaces)),
    ...(step.namesChanges ? changeNotes(cells) : []),
  ];
  const propagation = propagationOf(results);
  return {
    kind: 'ask',
    title: step.title,
    objects,
    autoMtls: step.autoMtls ?? true,
    cells: results,
    ...(propagation && { propagation }),
    ...(parts && { parts }),
    ...(all.length > 0 && { notes: all }),
  };
}

/** How many pairs that a step changes are named. */
const NAMED = 8;

function changeNotes(cells: readonly RunCell[]): string[] {
  const changed = cells.filter(changes).map(({ name }) => name);
  if (changed.length === 0) return [];
  const pairs = changed.length === 1 ? '1 pair comes' : `${changed.length} pairs come`;
  return [`${pairs} to something else than in the step before: ${atMost(changed, NAMED).join(', ')}`];
}

function propagationOf(cells: CellResult[]): AskResult['propagation'] {
  const changed = cells.filter((cell) => cell.changes && cell.firstRightMs !== undefined);
  if (changed.length === 0) return undefined;
  const wrong = changed.flatMap(({ lastWrongMs }) => (lastWrongMs === undefined ? [] : [lastWrongMs]));
  return {
    firstRightMs: Math.max(...changed.map(({ firstRightMs }) => firstRightMs as number)),
    ...(wrong.length > 0 && { lastWrongMs: Math.max(...wrong) }),
    flaps: changed.reduce((sum, { flaps }) => sum + flaps, 0),
  };
}

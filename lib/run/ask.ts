import { addressesOf } from '../mesh/addresses.ts';
import { takeMesh } from '../mesh/auto-mtls/switch.ts';
import { countersOf, podAddresses, podNames } from '../mesh/counters.ts';
import { lookAround, remember } from '../mesh/look.ts';
import { type Run, settingOf, worldOf } from '../mesh/run.ts';
import { tokenCollector } from '../mesh/server-logs.ts';
import { lookAtServing } from '../mesh/serving.ts';
import { expectationOf } from '../model/expectation.ts';
import type { KubeObject } from '../model/types.ts';
import { nameOf } from '../model/world/name.ts';
import { logicalNames } from '../model/world/rename.ts';
import { InconclusiveError } from '../platform/errors.ts';
import { converge } from '../probe/converge.ts';
import type { AskResult, CellResult } from '../results/types.ts';
import { stepObjects, withAges } from '../scenario/manifests.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { keyOf } from '../scenario/traffic.ts';
import { changes } from '../verdict/judge/answers/changes.ts';
import { didOtherwise } from '../verdict/judge/mesh/arrival.ts';
import { judgePairs } from '../verdict/judge/pairs.ts';
import { judgeStep, judgeUnasked } from '../verdict/judge.ts';
import type { Judgement, Seen } from '../verdict/judgement.ts';
import { type VerdictReason, whyOf } from '../verdict/reasons.ts';
import type { Serving } from '../verdict/record/looked.ts';
import { type AskedStepRecord, pairRecord, type UnaskedStepRecord } from '../verdict/record/step.ts';
import { applyStep } from './apply.ts';
import { cellsOf, controlsOf, type RunCell, type Worlds } from './cells.ts';
import { reproFor } from './repro.ts';
import { type Lap, stopwatch } from './stopwatch.ts';

/** A step's result without its duration, and what its verdicts follow from. */
interface Asked<Recorded> {
  result: Omit<AskResult, 'ms'>;
  record: Recorded;
}

/**
 * Applies a step's objects, removes the run's other ones, asks the step's pairs until they settle, and judges them.
 * @throws UsageError if the cluster refuses an object; the signal's reason if the run was interrupted
 */
export async function askStep(run: Run, step: Scenario): Promise<Asked<AskedStepRecord>> {
  const { lap, laps } = stopwatch();
  const autoMtls = step.autoMtls ?? true;
  const wanted = wantedBy(run, step);
  const before = worldOf(run, run.applied, run.autoMtls);
  const serving = run.serving ?? (await lookAtServing(run));
  await observe(run, step, { before, during: worldOf(run, withAges(wanted, step.ages), autoMtls) }, serving);
  delete run.serving;
  if (!autoMtls) await takeMesh(run);
  lap('before');

  const observed = new Map(run.observed);
  // If a call fails, it is unknown what is applied.
  run.observed.clear();
  const appliedAt = performance.timeOrigin + performance.now();
  const { changed, altered } = await applyStep(run, wanted, autoMtls, step.ages);
  lap('apply');
  const worlds = { before, during: worldOf(run, run.applied, autoMtls) };
  const cells = cellsOf(run, step, worlds);
  const all = [...cells, ...controlsOf(run, cells, worlds)];
  if (!changed) run.observed = new Map(observed);
  const { tokens, collect } = tokenCollector();
  const addressees = addressed(run, all, serving);
  const { asked, tallies } = await converge({
    cells: addressees,
    probeClients: run.probeClients,
    variations: run.variations,
    counters: countersOf(run, serving),
    certificates: run.certificates,
    pods: podNames(run, serving),
    endpoints: podAddresses(run, serving),
    appliedAt,
    convergence: changed ? run.limits : { ...run.limits, minObservationMs: 0 },
    strategy: run.strategy,
    signal: run.signal,
    onAnswer: collect,
    onPart: lap,
  });
  const judgements = judgePairs(asked, tallies);
  for (const [id, judgement] of judgements) run.observed.set(id, judgement);
  for (const { id, expectation } of all) run.lastExpected.set(id, expectation);

  const { looked, learned } = await lookAround(run, { cells: all, judgements, tokens, serving, appliedAt, altered });
  const record: AskedStepRecord = {
    kind: 'asked',
    changed,
    autoMtls,
    own: cells.length,
    asked: { ...asked, pairs: addressees.map(pairRecord) },
    observed: Object.fromEntries([...observed].map(([id, { seen }]) => [id, seen.map(withoutEvidence)])),
    looked,
    noticed: run.notes.splice(0),
  };
  const judged = judgeStep(settingOf(run), record, judgements);
  remember(run, learned, judged.unsettled);
  lap('look');
  return { result: resultOf(run, step, { wanted, cells, notes: judged.notes, parts: laps }, judged.of), record };
}

function withoutEvidence({ evidence: _, ...seen }: Seen): Seen {
  return seen;
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
 * @throws InconclusiveError if no client gets a readable answer: the step would use its full time and show no more
 */
async function observe(run: Run, step: Scenario, worlds: Worlds, serving: Serving): Promise<void> {
  const { before } = worlds;
  const own = cellsOf(run, step, worlds);
  const unknown = (own.some(changes) ? own : controlsOf(run, own, worlds)).filter(
    (cell) => changes(cell) && !didOtherwise(run.observed, cell),
  );
  if (unknown.length === 0) return;
  const { baselineAnswers, alikeAnswers } = run.limits;
  const cells = unknown.map((cell) => {
    const expectation = expectationOf(before, cell.question);
    // If all endpoints answer alike, before and after, one answer tells. More show that the step before has settled.
    const isAlike = [cell.expectation, expectation].every(({ outcomes }) => outcomes.length === 1);
    return { ...cell, expectation, answers: isAlike ? alikeAnswers : baselineAnswers };
  });
  const controls = controlsOf(run, cells, { before, during: before });
  const asked = [...cells, ...controls].map((cell) => ({ ...cell, before: cell.expectation }));
  const baseline = await converge({
    cells: addressed(run, asked, serving),
    probeClients: run.probeClients,
    variations: run.variations,
    pods: podNames(run, serving),
    appliedAt: performance.timeOrigin + performance.now(),
    convergence: { ...run.limits, minObservationMs: 0 },
    strategy: run.strategy,
    signal: run.signal,
  });
  const judgements = judgePairs(baseline.asked, baseline.tallies);
  const isHeard = ({ seen }: Judgement): boolean => seen.some(({ observation }) => observation.kind !== 'not-observed');
  const [first] = judgements.values();
  if (first !== undefined && ![...judgements.values()].some(isHeard)) {
    throw new InconclusiveError(
      `the step was not applied, since nothing could be observed before it: ${whyOf(first.reasons)}`,
    );
  }
  for (const [id, judgement] of judgements) run.observed.set(id, judgement);
}

/** Returns the result of a step whose pairs could not be asked, with the expectations that it would have had. */
export function unaskedStep(run: Run, step: Scenario, reason: VerdictReason): Asked<UnaskedStepRecord> {
  const wanted = wantedBy(run, step);
  const worlds: Worlds = {
    before: worldOf(run, run.applied, run.autoMtls),
    during: worldOf(run, withAges(wanted, step.ages), step.autoMtls ?? true),
  };
  const judgement = judgeUnasked({ reason });
  return {
    result: resultOf(run, step, { wanted, cells: cellsOf(run, step, worlds), notes: [] }, () => judgement),
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
  const results = step.traffic.map((traffic, at): CellResult => {
    const cell = cells[at] as RunCell;
    const { expectation } = cell;
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
  const propagation = propagationOf(results);
  return {
    kind: 'ask',
    title: step.title,
    objects,
    autoMtls: step.autoMtls ?? true,
    cells: results,
    ...(propagation && { propagation }),
    ...(parts && { parts }),
    ...(notes.length > 0 && { notes: notes.map((note) => logicalNames(note, run.namespaces)) }),
  };
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

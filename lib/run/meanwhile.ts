import { powers } from '../kinds/powers.ts';
import { policyKinds } from '../kinds/table.ts';
import type { ObjectChange } from '../kube/object-log.ts';
import { nameOf } from '../model/name.ts';
import type { KubeObject } from '../model/types.ts';
import type { Judgement } from '../probe/types.ts';
import { type Expected, expectedOf } from '../verdict/observation.ts';
import { reasonWords, type VerdictReason } from '../verdict/reasons.ts';
import type { RunCell, Worlds } from './cells.ts';
import { expectationOf } from './expectation.ts';
import { canAct, type ForeignChange, foreignAmong, foreignChanges, type Maker } from './foreign.ts';
import { meshDoubts } from './mesh-doubts.ts';
import { makerOf } from './other-runs.ts';
import { acting, likelyCauses, type Others, otherThanSomebody, type PossibleCause } from './others.ts';
import type { Run } from './run.ts';
import type { Listed } from './watching.ts';

/** What others have done during a step, for each pair. */
export interface Meanwhile {
  /** What a report says of the step, whatever the answers were. */
  notes: string[];
  /** Returns the reasons why a pair is neither a pass nor a failure. */
  doubts(cell: RunCell, judgement: Judgement): VerdictReason[];
  /** Returns what may explain a failure, without making it doubtful. */
  causes(cell: RunCell): VerdictReason[];
}

/** What was found on the cluster after a step; a part is absent if it could not be read. */
export interface Found {
  policies: KubeObject[] | undefined;
  others: Others | undefined;
  /** The mesh configuration. */
  configMap: KubeObject | undefined;
  /** How it differs from what the run found or set. */
  drift: VerdictReason | undefined;
}

type Doubts = (cell: RunCell, judgement: Judgement) => VerdictReason[];

/** A step, as far as it matters for what others did meanwhile. */
interface Step {
  worlds: Worlds;
  cells: RunCell[];
}

/**
 * Says what others have done since the run began, and during the step, and which pairs that can affect. Records what
 * there is now, for the next steps.
 */
export async function meanwhileOf(run: Run, step: Step, found: Found): Promise<Meanwhile> {
  const { changes, behind } = await changesByOthers(run, found);
  const unsure = behind.map((said): VerdictReason => ({ code: 'watch-behind', said }));
  const policies = found.policies && foreignAmong(found.policies, run.applied);
  const maker = await makerOf(run, [
    ...(policies ?? []),
    ...(found.others?.objects ?? []),
    ...changes.flatMap(({ before, now }) => [before, now].filter((one) => one !== undefined)),
  ]);
  const causes = found.others && run.others ? likelyCauses(run, run.others, found.others, maker) : [];
  const isOf = (kinds: readonly { kind: string }[]) => (one: ObjectChange) =>
    kinds.some(({ kind }) => kind === (one.now ?? one.before)?.kind);
  const ofPolicies = policies ? policyDoubts(run, step, policies, changes.filter(isOf(policyKinds)), maker) : () => [];
  const passing = passingCauses(run, found.others, changes.filter(isOf(powers)), maker);
  const mesh = meshDoubts(run, step, found, changes.filter(isOf([{ kind: 'ConfigMap' }])));
  const old = causes.filter(({ came }) => !came);
  const isTouched = ({ touches, object }: PossibleCause): boolean =>
    object !== undefined && step.cells.some(({ question }) => touches(question, true));
  return {
    notes: [...mesh.reasons, ...unsure, ...old.filter(isTouched).map(({ reason }) => reason)].map(reasonWords),
    doubts: (cell, judgement) => [
      ...unsure,
      ...mesh.doubts(cell, judgement),
      ...[...causes.filter(({ came }) => came), ...passing].flatMap(({ reason, touches }) =>
        touches(cell.question, judgement.verdict === 'pass') ? [reason] : [],
      ),
      ...ofPolicies(cell, judgement),
    ],
    causes: ({ question }) => old.flatMap(({ reason, touches }) => (touches(question, false) ? [reason] : [])),
  };
}

/** Returns what others have changed since the last step, as the watches saw it. */
async function changesByOthers(
  run: Run,
  { policies, others, configMap }: Found,
): Promise<{ changes: ObjectChange[]; behind: string[] }> {
  if (run.watching === undefined) return { changes: [], behind: [] };
  const listed: Listed = new Map<string, readonly KubeObject[]>([
    ...(others?.listed ?? []),
    ...(policies === undefined ? [] : policyKinds.map(({ kind }) => [kind, ofKind(policies, kind)] as const)),
    ...(configMap === undefined ? [] : [['ConfigMap', [configMap]] as const]),
  ]);
  const { changes, behind } = await run.watching.changes(listed);
  // If an apply failed, the uid is not known.
  const unsure = new Set(run.applied.filter(({ metadata }) => metadata.uid === undefined).map(nameOf));
  const isOwn = ({ now, before }: ObjectChange): boolean => {
    const object = (now ?? before) as KubeObject;
    const { uid = '', resourceVersion = '' } = object.metadata;
    return run.appliedUids.has(uid) || unsure.has(nameOf(object)) || run.meshWrites.has(resourceVersion);
  };
  return { changes: changes.filter((one) => !isOwn(one)), behind };
}

function ofKind(objects: KubeObject[], kind: string): KubeObject[] {
  return objects.filter((object) => object.kind === kind);
}

/**
 * Returns what acted for a part of the step only, or otherwise than at its end.
 * @param changes of the kinds that the model ignores
 */
function passingCauses(run: Run, others: Others | undefined, changes: ObjectChange[], maker: Maker): PossibleCause[] {
  const { others: before } = run;
  if (others === undefined || before === undefined) return [];
  const deeds = Map.groupBy(changes.filter(isReal), ({ now, before }) => nameOf((now ?? before) as KubeObject));
  return [...deeds.values()].flatMap((own) => {
    const all = own.flatMap((one) => [one.before, one.now].filter((object) => object !== undefined));
    const versions = [...new Set(all)];
    const ended = own.at(-1)?.now;
    const acts = acting(run, { objects: versions, chosenBy: others.chosenBy }, before);
    // What was made and is there still is among the causes of the whole run.
    const passing = ended === undefined ? acts : acts.filter(({ object }) => object !== ended);
    return passing.map(({ object, facts, touches }): PossibleCause => {
      const deed = { deed: deedOf(own), during: 'step' as const, ...otherThanSomebody(object, maker) };
      return { reason: { code: 'acts-since', ...facts, ...deed }, object, touches, came: true };
    });
  });
}

/** Returns whether more than the status of an object has changed. */
function isReal({ before, now }: ObjectChange): boolean {
  return before === undefined || now === undefined || before.metadata.generation !== now.metadata.generation;
}

function deedOf(changes: ObjectChange[]): string {
  const [first, last] = [changes[0], changes.at(-1)];
  if (last?.now === undefined) return first?.before === undefined ? 'made and deleted again' : 'deleted';
  return 'changed';
}

/**
 * Records others' current policies and rules for the next steps, and returns the doubts that their changes cast. On a
 * busy cluster, many changes have nothing to do with the run.
 * @param now others' policies and rules after the step
 * @param changes by others, of these kinds
 */
function policyDoubts(
  run: Run,
  { worlds, cells }: Step,
  now: KubeObject[],
  changes: ObjectChange[],
  maker: Maker,
): Doubts {
  const found = [...foreignChanges(run.foreign, now, maker), ...passingChanges(run.foreign, now, changes, maker)];
  if (found.length === 0) return () => [];
  run.foreign = now;
  const states = [now, ...statesBetween(run, now, changes)];
  const since = states.map((policies) => ({ ...worlds.during, policies: [...policies, ...run.applied] }));
  const differing = new Map(
    cells.flatMap((cell) => {
      const is = JSON.stringify(cell.expectation);
      const other = since.map((world) => expectationOf(world, cell.question)).find((one) => JSON.stringify(one) !== is);
      return other === undefined ? [] : [[cell.id, other] as const];
    }),
  );
  // The known answers of such a pair were given under other rules, so the next step asks it again before it begins.
  for (const id of differing.keys()) run.observed.delete(id);
  return ({ id, question }, { verdict }) => {
    const other = differing.get(id);
    const own = found.filter((one) => [one.before, one.now].some((object) => object && canAct(run, object, question)));
    if (other !== undefined) return told(own.length > 0 ? own : found, expectedOf(other.outcomes));
    return verdict === 'pass' ? [] : told(own);
  };
}

function told(found: ForeignChange[], otherwise?: Expected[]): VerdictReason[] {
  const deeds = found.map(({ object, deed, by }) => ({ object, deed, by }));
  return found.length === 0 ? [] : [{ code: 'policy-by-others', deeds, ...(otherwise && { otherwise }) }];
}

/** Returns what was there neither before the step nor after it, but within it. */
function passingChanges(before: KubeObject[], now: KubeObject[], changes: ObjectChange[], maker: Maker) {
  const there = new Set([...before, ...now].map(nameOf));
  const seen = new Map(changes.flatMap(({ now: object }) => (object ? [[nameOf(object), object] as const] : [])));
  return [...seen].flatMap(([name, object]): ForeignChange[] =>
    there.has(name) ? [] : [{ now: object, object: name, deed: 'made and deleted again', by: maker(object) }],
  );
}

/** Returns others' policies as they were after each change within the step that can affect the run. */
function statesBetween(run: Run, now: KubeObject[], changes: ObjectChange[]): KubeObject[][] {
  return changes.filter(isReal).flatMap(({ before, now: object }) => {
    if (![before, object].some((one) => one && canAct(run, one))) return [];
    const name = nameOf((object ?? before) as KubeObject);
    return [[...now.filter((one) => nameOf(one) !== name), ...(object === undefined ? [] : [object])]];
  });
}

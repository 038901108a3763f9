import { type Expectation, expectationOf, type KubeObject, nameOf, type ObjectChange } from '../../../model/index.ts';
import { type Expected, expectedOf } from '../../observation.ts';
import type { VerdictReason } from '../../reasons.ts';
import type { Looked, RunSetting } from '../../record/looked.ts';
import type { NamedPair } from '../../record/step.ts';
import { canAct, type ForeignChange, foreignChanges, isReal } from './foreign.ts';
import type { Maker } from './makers.ts';
import type { AskedStep, ByAnswers } from './step.ts';

/** What others' changes of policies and rules mean for the pairs of a step. */
export interface PolicyDoubts {
  doubts(pair: NamedPair, byAnswers: ByAnswers): VerdictReason[];
  /** The ids of the pairs that were to do otherwise for a while: their answers may have been given under other rules. */
  unsettled: string[];
}

/**
 * Returns what others' changes of policies and rules mean for the pairs of a step. On a busy cluster, many have nothing to
 * do with the run: a pass remains one, except of a pair that would do otherwise with what was there.
 */
export function policyDoubts({ setting, looked, pairs, during }: AskedStep, maker: Maker): PolicyDoubts {
  const { before, now, changes } = looked.policies;
  if (now === undefined) return { doubts: () => [], unsettled: [] };
  const found = [...foreignChanges(before, now, maker), ...passingChanges(before, now, changes, maker)];
  if (found.length === 0) return { doubts: () => [], unsettled: [] };
  const states = [now, ...statesBetween(setting, now, changes)];
  const since = states.map((policies) => ({ ...during, policies: [...policies, ...looked.applied] }));
  const differing = new Map<string, Expectation>();
  for (const { id, question } of pairs) {
    const is = JSON.stringify(expectationOf(during, question));
    const other = since
      .map((world) => expectationOf(world, question))
      .find((expectation) => JSON.stringify(expectation) !== is);
    if (other !== undefined) differing.set(id, other);
  }
  return {
    unsettled: [...differing.keys()],
    doubts: ({ id, question }, { verdict }) => {
      const other = differing.get(id);
      const acting = found.filter((change) =>
        [change.before, change.now].some((object) => object && canAct(setting, object, question)),
      );
      if (other !== undefined) return told(acting.length > 0 ? acting : found, expectedOf(other.outcomes));
      return verdict === 'pass' ? [] : told(acting);
    },
  };
}

function told(found: ForeignChange[], otherwise?: Expected[]): VerdictReason[] {
  const deeds = found.map(({ object, deed, by }) => ({ object, deed, by }));
  return found.length === 0 ? [] : [{ code: 'policy-by-others', deeds, ...(otherwise && { otherwise }) }];
}

/** Returns what was there neither before the step nor after it, but within it. */
function passingChanges(
  before: KubeObject[],
  now: KubeObject[],
  changes: Looked['policies']['changes'],
  maker: Maker,
): ForeignChange[] {
  const there = new Set([...before, ...now].map(nameOf));
  const seen = new Map(changes.flatMap(({ now: object }) => (object ? [[nameOf(object), object] as const] : [])));
  return [...seen].flatMap(([name, object]): ForeignChange[] =>
    there.has(name) ? [] : [{ now: object, object: name, deed: 'made and deleted again', by: maker(object) }],
  );
}

/** Returns others' policies as they were after each change within the step that can affect the run. */
function statesBetween(setting: RunSetting, now: KubeObject[], changes: ObjectChange[]): KubeObject[][] {
  return changes.filter(isReal).flatMap(({ before, now: object }) => {
    if (![before, object].some((version) => version && canAct(setting, version))) return [];
    const name = nameOf((object ?? before) as KubeObject);
    return [[...now.filter((other) => nameOf(other) !== name), ...(object === undefined ? [] : [object])]];
  });
}

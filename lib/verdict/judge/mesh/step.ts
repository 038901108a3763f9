import type { World } from '../../../model/index.ts';
import type { Judgement } from '../../judgement.ts';
import type { Looked, RunSetting } from '../../record/looked.ts';
import type { AskedStepRecord, NamedPair } from '../../record/step.ts';

/** What was observed of pairs, by their ids. */
export type SeenBefore = ReadonlyMap<string, Pick<Judgement, 'seen'>>;

/** Whether the answers of a pair are as expected. */
export type ByAnswers = Pick<Judgement, 'verdict'>;

/** A step that was asked, as far as the judge of what is around it needs it. */
export interface AskedStep {
  setting: RunSetting;
  looked: Looked;
  /** The step's pairs and controls. */
  pairs: NamedPair[];
  /** The input of Istio's rules during the step. */
  during: World;
  /** What was observed of each pair right before the step. */
  observed: SeenBefore;
  /** Whether the step changed anything. */
  changed: boolean;
}

/** Returns a recorded step as the judge of what is around it needs it. */
export function askedStepOf(
  setting: RunSetting,
  { asked, looked, observed, changed, autoMtls }: AskedStepRecord,
): AskedStep {
  return {
    setting,
    looked,
    pairs: asked.pairs,
    during: {
      mesh: { ...setting.mesh, autoMtls },
      ...setting.topology,
      policies: [...looked.policies.before, ...looked.applied],
    },
    observed: new Map(Object.entries(observed).map(([id, seen]) => [id, { seen }])),
    changed,
  };
}

import { expectationOf } from '../../../model/index.ts';
import type { VerdictReason } from '../../reasons.ts';
import type { MeshDrift, MeshStep } from '../../record/looked.ts';
import type { NamedPair } from '../../record/step.ts';
import type { AskedStep, ByAnswers } from './step.ts';

/** What others' changes of the mesh configuration mean for a step. */
export interface MeshDoubts {
  /** What others have changed, whether it matters to a pair or not. */
  reasons: VerdictReason[];
  doubts(pair: NamedPair, byAnswers: ByAnswers): VerdictReason[];
}

/**
 * Returns what others' changes of the mesh configuration mean for a step. Most of what they write does not affect mutual
 * TLS, so a pass remains one, except of a pair that would do otherwise if automatic mutual TLS were switched.
 */
export function meshDoubts({ setting, looked, during }: AskedStep): MeshDoubts {
  const { drift, changes, autoMtls } = looked.mesh;
  const reason = drift === undefined ? flipped(setting.meshObject, changes) : driftReason(setting.meshObject, drift);
  if (reason === undefined) return { reasons: [], doubts: () => [] };
  const { mesh } = during;
  const isSwitched = changes.some(isSwitch) || (autoMtls !== undefined && autoMtls !== mesh.autoMtls);
  const otherwise = { ...during, mesh: { ...mesh, autoMtls: !mesh.autoMtls } };
  const differs = ({ expectation, question }: NamedPair): boolean =>
    JSON.stringify(expectationOf(otherwise, question).outcomes) !== JSON.stringify(expectation.outcomes);
  return {
    reasons: [reason],
    doubts: (pair, { verdict }) => (verdict !== 'pass' || (isSwitched && differs(pair)) ? [reason] : []),
  };
}

/** Returns a change of the mesh configuration that lasted, as a reason. */
export function driftReason(object: string, drift: MeshDrift): VerdictReason {
  if ('by' in drift) return { code: 'mesh-being-changed', by: drift.by };
  if ('isDeleted' in drift) return { code: 'mesh-deleted', object };
  return { code: 'mesh-changed', object, changes: drift.changes };
}

/** Returns a change of the mesh configuration that was undone within the step, as a reason. */
function flipped(object: string, steps: MeshStep[]): VerdictReason | undefined {
  const first = steps.find(({ changes }) => changes.length > 0);
  return first && { code: 'mesh-flipped', object, changes: first.changes };
}

function isSwitch({ autoMtls: { before, now } }: MeshStep): boolean {
  return before !== undefined && now !== undefined && before !== now;
}

import { meshOf } from '../istio/detect.ts';
import type { ObjectChange } from '../kube/object-log.ts';
import { nameOf } from '../model/name.ts';
import type { KubeObject } from '../model/types.ts';
import type { Judgement } from '../probe/types.ts';
import type { VerdictReason } from '../verdict/reasons.ts';
import type { RunCell, Worlds } from './cells.ts';
import { expectationOf } from './expectation.ts';
import { autoMtlsIn, changedFields, isYaml } from './mesh-config.ts';
import { OFF } from './mesh-lease.ts';
import type { Run } from './run.ts';

/** What others' changes of the mesh configuration mean for a step. */
interface MeshDoubts {
  /** What others have changed, whether it matters to a pair or not. */
  reasons: VerdictReason[];
  doubts(cell: RunCell, judgement: Pick<Judgement, 'verdict'>): VerdictReason[];
}

/** The mesh configuration before and after a change, as YAML. */
interface Change {
  before: string;
  now: string;
}

/**
 * Returns what others' changes of the mesh configuration mean for a step. Most of what they write does not affect mutual
 * TLS, so a pass remains one, except of a pair that would do otherwise if automatic mutual TLS were switched.
 * @param found the configuration after the step, and how it differs from what the run found or set
 * @param changes by others, within the step
 */
export function meshDoubts(
  run: Run,
  { worlds }: { worlds: Worlds },
  found: { configMap: KubeObject | undefined; drift: VerdictReason | undefined },
  changes: ObjectChange[],
): MeshDoubts {
  const { configMap, drift } = found;
  const steps: Change[] = changes.map(({ before, now }) => ({ before: textOf(before), now: textOf(now) }));
  const [first] = steps.map(({ before, now }) => changedFields(before, now)).filter((fields) => fields.length > 0);
  const object = nameOf(run.istio.configMap);
  const flipped: VerdictReason | undefined = first && { code: 'mesh-flipped', object, changes: first };
  const reason = drift ?? flipped;
  if (reason === undefined) return { reasons: [], doubts: () => [] };
  noteWish(run, steps);
  const isOn = (mesh: string): boolean => meshOf(mesh, run.istio.version, run.istio.mesh.rootNamespace).autoMtls;
  const isFlip = ({ before, now }: Change): boolean => isYaml(before) && isYaml(now) && isOn(before) !== isOn(now);
  const left = textOf(configMap);
  const isSwitched = steps.some(isFlip) || (configMap !== undefined && isYaml(left) && isOn(left) !== run.autoMtls);
  const { mesh } = worlds.during;
  const otherwise = { ...worlds.during, mesh: { ...mesh, autoMtls: !mesh.autoMtls } };
  const differs = ({ expectation, question }: RunCell): boolean =>
    JSON.stringify(expectationOf(otherwise, question).outcomes) !== JSON.stringify(expectation.outcomes);
  return {
    reasons: [reason],
    doubts: (cell, { verdict }) => (verdict !== 'pass' || (isSwitched && differs(cell)) ? [reason] : []),
  };
}

/** Records that others want automatic mutual TLS off, if they have switched it off while the run has it off as well. */
function noteWish({ meshLease, autoMtls }: Run, steps: Change[]): void {
  const isOff = (text: string): boolean => isYaml(text) && autoMtlsIn(text) === OFF;
  const isWish = steps.some(({ before, now }) => !isOff(before) && isOff(now));
  if (meshLease !== undefined && !autoMtls && isWish) meshLease.wantedByOthers = true;
}

function textOf(configMap: KubeObject | undefined): string {
  return (configMap as { data?: Record<string, string> } | undefined)?.data?.['mesh'] ?? '';
}

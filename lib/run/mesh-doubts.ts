import { meshOf } from '../istio/detect.ts';
import type { ObjectChange } from '../kube/object-log.ts';
import { nameOf } from '../model/name.ts';
import type { KubeObject } from '../model/types.ts';
import type { Judgement } from '../probe/types.ts';
import type { RunCell, Worlds } from './cells.ts';
import { expectationOf } from './expectation.ts';
import { autoMtlsIn, changedFields } from './mesh-config.ts';
import { OFF } from './mesh-lease.ts';
import type { Run } from './run.ts';

/** What others' changes of the mesh configuration mean for a step. */
interface MeshDoubts {
  notes: string[];
  doubts(cell: RunCell, judgement: Pick<Judgement, 'verdict'>): string[];
}

/**
 * Returns what others' changes of the mesh configuration mean for a step. Most of what they write does not affect mutual
 * TLS, so a pass remains one, except of a pair that would do otherwise if automatic mutual TLS were switched.
 * @param drift how the configuration differs, after the step, from what the run found or set
 * @param changes by others, within the step
 */
export function meshDoubts(
  run: Run,
  { worlds }: { worlds: Worlds },
  drift: string | undefined,
  changes: ObjectChange[],
): MeshDoubts {
  const steps = changes.map(({ before, now }) => ({ before: textOf(before), now: textOf(now) }));
  const fields = [...new Set(steps.flatMap(({ before, now }) => changedFields(before, now)))];
  const flipped =
    fields.length === 0
      ? undefined
      : `${nameOf(run.istio.configMap)} was changed by somebody else during the step: ${fields[0]}`;
  const text = drift ?? (flipped && `${flipped}; and back`);
  if (text === undefined) return { notes: [], doubts: () => [] };
  noteWish(run, steps);
  const isOn = (mesh: string): boolean => meshOf(mesh, run.istio.version, run.istio.mesh.rootNamespace).autoMtls;
  const isSwitched = steps.some(({ before, now }) => [before, now].some((mesh) => isOn(mesh) !== run.autoMtls));
  const { mesh } = worlds.during;
  const otherwise = { ...worlds.during, mesh: { ...mesh, autoMtls: !mesh.autoMtls } };
  const differs = ({ expectation, question }: RunCell): boolean =>
    JSON.stringify(expectationOf(otherwise, question).outcomes) !== JSON.stringify(expectation.outcomes);
  return {
    notes: [text],
    doubts: (cell, { verdict }) => (verdict !== 'pass' || (isSwitched && differs(cell)) ? [text] : []),
  };
}

/** Records that others want automatic mutual TLS off, if they have switched it off while the run has it off as well. */
function noteWish({ meshLease, autoMtls }: Run, steps: { before: string; now: string }[]): void {
  const isWish = steps.some(({ before, now }) => autoMtlsIn(before) !== OFF && autoMtlsIn(now) === OFF);
  if (meshLease !== undefined && !autoMtls && isWish) meshLease.wantedByOthers = true;
}

function textOf(configMap: KubeObject | undefined): string {
  return (configMap as { data?: Record<string, string> } | undefined)?.data?.['mesh'] ?? '';
}

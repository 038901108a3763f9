import type { KubeObject, ObjectChange } from '../../model/index.ts';
import { meshOf } from '../../platform/istio/index.ts';
import type { MeshDrift, MeshLooked } from '../../verdict/index.ts';
import type { Run } from '../run.ts';
import { autoMtlsIn, changedFields, isYaml } from './config.ts';
import { OFF } from './lease.ts';

/**
 * Returns how the mesh configuration changed in a step. The configuration itself stays out, since it may hold anything.
 * @param configMap the configuration after the step, if it could be read
 * @param changes by others, within the step
 */
export function meshLooked(
  { istio }: Pick<Run, 'istio'>,
  {
    drift,
    configMap,
    changes,
  }: { drift: MeshDrift | undefined; configMap: KubeObject | undefined; changes: ObjectChange[] },
): MeshLooked {
  /** Returns whether automatic mutual TLS is on in a configuration; undefined if that is not YAML. */
  const autoMtlsOf = (text: string): boolean | undefined =>
    isYaml(text) ? meshOf(text, istio.version, istio.mesh.rootNamespace).autoMtls : undefined;
  const now = configMap && autoMtlsOf(textOf(configMap));
  return {
    ...(drift !== undefined && { drift }),
    ...(now !== undefined && { autoMtls: now }),
    changes: changes.map((change) => {
      const [before, after] = [autoMtlsOf(textOf(change.before)), autoMtlsOf(textOf(change.now))];
      return {
        changes: changedFields(textOf(change.before), textOf(change.now)),
        autoMtls: { ...(before !== undefined && { before }), ...(after !== undefined && { now: after }) },
      };
    }),
  };
}

/** Notes that others have switched automatic mutual TLS off while the run has it off as well: they want it so. */
export function noteWanted({ mesh: { lease, autoMtls } }: Pick<Run, 'mesh'>, changes: ObjectChange[]): void {
  if (lease === undefined || autoMtls) return;
  const isOff = (object: KubeObject | undefined): boolean => {
    const text = textOf(object);
    return isYaml(text) && autoMtlsIn(text) === OFF;
  };
  if (changes.some(({ before, now }) => !isOff(before) && isOff(now))) lease.wantedByOthers = true;
}

function textOf(configMap: KubeObject | undefined): string {
  return (configMap as { data?: Record<string, string> } | undefined)?.data?.['mesh'] ?? '';
}

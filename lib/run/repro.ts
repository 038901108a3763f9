import { stringify } from 'yaml';
import type { Run } from '../mesh/index.ts';
import type { KubeObject } from '../model/index.ts';
import { quoted } from '../platform/shell.ts';
import { curlCommand } from '../probe/index.ts';
import { placed, type Traffic, targetOf } from '../scenario/index.ts';

/**
 * Returns a function that returns the commands to apply a step's objects and ask one pair by hand, as the task does. They
 * need the run's namespaces, which `--keep` leaves in place.
 */
export function reproFor(
  run: Pick<Run, 'cluster' | 'namespaces' | 'topologies'>,
  objects: KubeObject[],
): (traffic: Traffic) => string[] {
  const { kubeconfig, context } = run.cluster;
  const kubectl = `kubectl --kubeconfig ${quoted(kubeconfig)}${context === undefined ? '' : ` --context ${quoted(context)}`}`;
  const yaml = objects.map((object) => stringify(bare(object))).join('---\n');
  const apply = objects.length === 0 ? [] : [`${kubectl} apply -f - <<'EOF'\n${yaml}EOF`];
  return (traffic) => {
    const { namespace, name } = placed(traffic.from, run.namespaces);
    const { input, command } = curlCommand(targetOf(traffic, run.namespaces));
    const exec = `${kubectl} exec${input === undefined ? '' : ' -i'} -n ${namespace} deploy/${name} -c ${containerOf(run, traffic.from)}`;
    return [...apply, `${input === undefined ? '' : `${input} | `}${exec} -- ${command}`];
  };
}

function containerOf({ topologies }: Pick<Run, 'topologies'>, client: string): string {
  return topologies.flatMap(({ clients }) => clients.get(client) ?? [])[0] ?? '';
}

/** Returns the object as a person would write it, without what the API server and the run add. */
function bare(object: KubeObject): KubeObject {
  const { name, namespace } = object.metadata;
  const { status: _, ...rest } = object as KubeObject & { status?: unknown };
  return { ...rest, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}

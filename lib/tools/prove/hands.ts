import { setTimeout as pause } from 'node:timers/promises';
import { parseDocument } from 'yaml';
import { type KubeObject, nameOf, placeInRun, type Service } from '../../model/index.ts';
import { type CleanupStack, cleanupStack } from '../../platform/cleanup-stack.ts';
import { InconclusiveError } from '../../platform/errors.ts';
import type { Istio } from '../../platform/istio/index.ts';
import {
  create,
  deleteByUid,
  type Kube,
  list,
  mergePatch,
  openSession,
  read,
  remove,
} from '../../platform/kube/index.ts';
import type { Limits } from '../../platform/limits.ts';
import { quoted } from '../../platform/shell.ts';
import { waitFor } from '../../platform/wait.ts';
import { certificatesTarget, hashesIn, type ProbeClient } from '../../probe/index.ts';
import { inverse } from './inverse.ts';
import { firewallRule, processesOf, signalAll } from './machine.ts';
import type { Hands } from './saboteur.ts';
import { workloadsOn } from './workloads.ts';

/** The mesh that a saboteur breaks. */
export interface Grip {
  kube: Kube;
  istio: Istio;
  limits: Limits;
  signal: AbortSignal;
  namespaces: Record<string, string>;
  probeClients: ReadonlyMap<string, ProbeClient>;
  /** The objects of the step under way, as the run applied them. */
  applied(): KubeObject[];
  /** What undoes the damage. */
  mending: CleanupStack;
}

/** The label of what saboteurs create, in place of a run's id. */
const OWNER = 'prove';
/** A variable of the environment that only scripts of saboteurs have. */
const MARK = 'AUTOMTLS_PROVE=1';

/** Returns hands on a mesh. Each deed registers how it is undone before it is done. */
export function handsOn(grip: Grip): Hands {
  const { kube, istio, limits, signal, namespaces, probeClients, applied, mending } = grip;
  const place = <T extends KubeObject>(object: T): T => placeInRun(object, namespaces);

  const change = async (object: KubeObject): Promise<void> => {
    const { apiVersion, kind, metadata, ...fields } = place(object) as KubeObject & Record<string, unknown>;
    const { name, namespace, ...meta } = metadata;
    const header = { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
    const before = (await read(kube, header)) as (KubeObject & Record<string, unknown>) | undefined;
    if (before === undefined) throw new InconclusiveError(`There is no ${nameOf(header)} to change.`);
    const patch = (given: Record<string, unknown>, more: Record<string, unknown>) =>
      mergePatch(kube, { ...header, ...given, metadata: { ...header.metadata, ...more } });
    const undo = inverse({ ...fields, metadata: meta }, before);
    mending.add(`changing ${nameOf(header)} back`, async () => {
      // A pod may have been replaced since.
      if ((await read(kube, header)) !== undefined) await patch(undo, undo['metadata'] as Record<string, unknown>);
    });
    await patch(fields, meta);
  };

  const { deploymentOf, podsOf, podOf, settled } = workloadsOn(grip, place);

  const deletePods = async (workload: string): Promise<void> => {
    for (const pod of await podsOf(workload)) await deleteByUid(kube, pod);
  };

  const changeDeployment = async (workload: string, spec: Record<string, unknown>): Promise<void> => {
    const { apiVersion, kind, metadata } = await deploymentOf(workload);
    const { name, namespace } = metadata;
    mending.add(`waiting for the pods of ${workload}`, () => settled(workload));
    await change({ apiVersion, kind, metadata: { name, ...(namespace && { namespace }) }, spec } as KubeObject);
    await settled(workload);
  };

  const readyShell = async (client: string): Promise<ProbeClient> => {
    const shell = probeClients.get(client);
    if (shell === undefined) throw new InconclusiveError(`${client} is no client of the run.`);
    // The pod may have been replaced, and the first script after that finds the old shell lost.
    await shell.run(':', limits.openMs).catch(() => {});
    return shell;
  };

  const ownPolicy = (): KubeObject => {
    const [policy] = applied();
    if (policy === undefined) throw new InconclusiveError('The step has applied no policy.');
    const { apiVersion, kind, metadata } = policy;
    const { name, namespace } = metadata;
    return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } };
  };

  return {
    namespaces,
    serviceAddress: async (service) => {
      const [namespace = '', name = ''] = service.split('/');
      const found = await read(kube, place({ apiVersion: 'v1', kind: 'Service', metadata: { namespace, name } }));
      return (found as Service | undefined)?.spec.clusterIP ?? '';
    },
    certificateOf: async (client) => {
      const { stdout } = await (await readyShell(client)).run(`curl -s '${certificatesTarget.url}'`, limits.openMs);
      const [hash] = hashesIn(stdout);
      if (hash === undefined) throw new InconclusiveError(`The sidecar of ${client} does not show its certificate.`);
      return hash;
    },
    briefly: async (forMs, deed) => {
      const own = cleanupStack();
      const undo = async (): Promise<void> => {
        const failures = await own.unwind();
        if (failures.length > 0) throw new InconclusiveError(failures.join('; '));
      };
      mending.add('undoing what was to last only briefly', undo);
      await deed(handsOn({ ...grip, mending: own }));
      await pause(forMs);
      await undo();
    },
    make: async (...objects) => {
      for (const object of objects.map(place)) {
        mending.add(`deleting ${nameOf(object)}`, async () => {
          await remove(kube, object, OWNER);
        });
        await create(kube, object, OWNER);
      }
    },
    change,
    changePolicy: async (spec) => {
      await mergePatch(kube, { ...ownPolicy(), spec });
    },
    deletePolicy: async () => {
      await deleteByUid(kube, ownPolicy());
    },
    removeAll: async (apiVersion, kind, pattern) => {
      const all = await list(kube, { apiVersion, kind });
      for (const found of all.filter(({ metadata }) => pattern.test(metadata.name))) {
        const { name, labels, annotations } = found.metadata;
        const metadata = { name, ...(labels && { labels }), ...(annotations && { annotations }) };
        mending.add(`creating ${nameOf(found)} again`, async () => {
          if ((await read(kube, found)) === undefined) await kube.objects.create({ ...found, metadata } as never);
        });
        await deleteByUid(kube, found);
      }
    },
    redeploy: (workload, template) => changeDeployment(workload, { template }),
    scale: (workload, replicas) => changeDeployment(workload, { replicas }),
    label: async (workload, labels) => {
      const { apiVersion, kind, metadata } = await podOf(workload);
      await change({
        apiVersion,
        kind,
        metadata: { name: metadata.name, namespace: metadata.namespace, labels },
      } as never);
    },
    restart: async (workload) => {
      mending.add(`waiting for the pods of ${workload}`, () => settled(workload));
      await deletePods(workload);
    },
    renewAfterwards: (workload) => {
      mending.add(`replacing the pods of ${workload}`, async () => {
        await deletePods(workload);
        await settled(workload);
      });
    },
    setMesh: async (path, value) => {
      const { apiVersion, kind, metadata, data } = istio.configMap;
      const document = parseDocument(data['mesh'] as string);
      document.setIn(path, value);
      const { name, namespace } = metadata;
      const header = { name, ...(namespace && { namespace }) };
      await change({ apiVersion, kind, metadata: header, data: { mesh: document.toString() } } as KubeObject);
    },
    awaitAdmission: async (probe, acts) => {
      const look = async (): Promise<boolean> =>
        acts((await kube.objects.create(place(probe) as never, undefined, 'All')) as unknown as KubeObject);
      await waitFor(look, { what: 'an admission policy to act', limitMs: limits.apiCallMs, signal });
    },
    inShell: async (client, script, undo) => {
      const shell = await readyShell(client);
      mending.add(`repairing the shell in ${client}`, async () => {
        await shell.run(undo, limits.openMs);
      });
      await shell.run(script, limits.openMs);
    },
    inBackground: async (client, script) => {
      const { metadata, spec } = await podOf(client);
      const container = spec.containers.find(({ name }) => name !== 'istio-proxy')?.name as string;
      const where = { namespace: metadata.namespace as string, pod: metadata.name, container };
      const session = await openSession(kube, where, limits.openMs);
      mending.add(`ending a script in ${client}`, async () => {
        session.close();
        signalAll(await processesOf(metadata.name, { variable: MARK }), 'SIGKILL');
      });
      session.run(`exec env ${MARK} sh -c ${quoted(script)}`, limits.goneMs).catch(() => {});
    },
    freeze: async (workload, { program, forMs } = {}) => {
      const ids = await processesOf((await podOf(workload)).metadata.name, { program });
      const timer = forMs === undefined ? undefined : setTimeout(() => signalAll(ids, 'SIGCONT'), forMs);
      mending.add(`letting ${workload} continue`, async () => {
        clearTimeout(timer);
        signalAll(ids, 'SIGCONT');
      });
      signalAll(ids, 'SIGSTOP');
    },
    kill: async (workload, program) => {
      signalAll(await processesOf((await podOf(workload)).metadata.name, { program }), 'SIGKILL');
    },
    addressOf: async (workload) => {
      const ip = (await podOf(workload)).status?.podIPs?.[0]?.ip;
      if (ip === undefined) throw new InconclusiveError(`The pod of ${workload} has no address.`);
      return ip;
    },
    firewall: async (workload, ...rules) => {
      const [id = 0] = await processesOf((await podOf(workload)).metadata.name);
      for (const rule of rules) {
        mending.add(`deleting a rule of iptables in ${workload}`, () => firewallRule(id, '-D', rule));
        await firewallRule(id, '-I', rule);
      }
    },
  };
}

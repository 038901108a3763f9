import { setTimeout as pause } from 'node:timers/promises';
import type { Service } from '../../model/index.ts';
import { cleanupStack } from '../../platform/cleanup-stack.ts';
import { InconclusiveError } from '../../platform/errors.ts';
import { read } from '../../platform/kube/index.ts';
import { certificateOf, inBackground, inShell } from './hands/clients.ts';
import { type Grip, placed } from './hands/grip.ts';
import {
  awaitAdmission,
  changeObject,
  changePolicy,
  deletePolicy,
  makeObjects,
  removeAll,
  setMesh,
} from './hands/objects.ts';
import { firewall, freeze, kill } from './hands/processes.ts';
import { addressOf, changeDeployment, labelPod, renewAfterwards, restart } from './hands/workloads.ts';
import type { Hands } from './saboteur.ts';

/** Returns hands on a mesh. Each deed registers how it is undone before it is done. */
export function handsOn(grip: Grip): Hands {
  return {
    namespaces: grip.namespaces,
    briefly: (forMs, deed) => briefly(grip, forMs, deed),
    addressOf: (workload) => addressOf(grip, workload),
    serviceAddress: (service) => serviceAddress(grip, service),
    certificateOf: (client) => certificateOf(grip, client),
    make: (...objects) => makeObjects(grip, objects),
    change: (object) => changeObject(grip, object),
    changePolicy: (spec) => changePolicy(grip, spec),
    deletePolicy: () => deletePolicy(grip),
    removeAll: (apiVersion, kind, pattern) => removeAll(grip, apiVersion, kind, pattern),
    redeploy: (workload, template) => changeDeployment(grip, workload, { template }),
    scale: (workload, replicas) => changeDeployment(grip, workload, { replicas }),
    label: (workload, labels) => labelPod(grip, workload, labels),
    restart: (workload) => restart(grip, workload),
    renewAfterwards: (workload) => renewAfterwards(grip, workload),
    setMesh: (path, value) => setMesh(grip, path, value),
    awaitAdmission: (trial, acts) => awaitAdmission(grip, trial, acts),
    inShell: (client, script, undo) => inShell(grip, client, script, undo),
    inBackground: (client, script) => inBackground(grip, client, script),
    freeze: (workload, options = {}) => freeze(grip, workload, options),
    kill: (workload, program) => kill(grip, workload, program),
    firewall: (workload, ...rules) => firewall(grip, workload, rules),
  };
}

/** Does something with hands of its own, whose deeds are undone after a time in milliseconds. */
async function briefly(grip: Grip, forMs: number, deed: (hands: Hands) => Promise<void>): Promise<void> {
  const brief = cleanupStack();
  const undo = async (): Promise<void> => {
    const failures = await brief.unwind();
    if (failures.length > 0) throw new InconclusiveError(failures.join('; '));
  };
  grip.mending.add('undoing what was to last only briefly', undo);
  await deed(handsOn({ ...grip, mending: brief }));
  await pause(forMs);
  await undo();
}

async function serviceAddress(grip: Grip, service: string): Promise<string> {
  const [namespace = '', name = ''] = service.split('/');
  const stored = await read(
    grip.kube,
    placed(grip, { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name } }),
  );
  return (stored as Service | undefined)?.spec.clusterIP ?? '';
}

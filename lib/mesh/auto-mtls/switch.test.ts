import { jest } from '@jest/globals';
import type { KubeObject } from '../../model/types.ts';
import { type FakeApi, fakeApi, pathOf } from '../../platform/kube/api-fixtures.ts';
import { isHeld, type Lease, leaseOf } from '../../platform/kube/lease.ts';
import { RUN_LABEL } from '../../platform/kube/ownership.ts';
import { defaultLimits } from '../../platform/limits.ts';
import { machineId } from '../../platform/machine.ts';
import type { CheckResult } from '../../results/types.ts';
import { configMap, id, learnedWith, meshText, runOn } from '../../run/fixtures.ts';
import { performStep } from '../../run/perform.ts';
import { driftReason } from '../../verdict/judge/mesh/mesh.ts';
import { reasonWords } from '../../verdict/reasons.ts';
import type { Run } from '../run.ts';
import { awaitMesh, detectSettled, sweepMesh } from './lease.ts';
import { detectMeshDrift, switchAutoMtls } from './switch.ts';

/** Returns the result of a step alone. */
const resultOf = async (...step: Parameters<typeof performStep>) => (await performStep(...step)).result;

const where = { namespace: 'istio-system', name: 'automtls-mesh' };
const leasePath = pathOf({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: where });

const apis: FakeApi[] = [];
async function api(...objects: KubeObject[]): Promise<FakeApi> {
  const made = await fakeApi([configMap, ...objects]);
  apis.push(made);
  return made;
}
afterEach(async () => {
  for (const one of apis.splice(0)) await one.close();
});

const meshOn = ({ stored }: FakeApi) => (stored.get(pathOf(configMap)) as unknown as typeof configMap).data.mesh;
/** Changes the mesh configuration as somebody else would with kubectl. */
const edit = ({ stored }: FakeApi, mesh: string) => {
  const before = stored.get(pathOf(configMap)) as KubeObject;
  const resourceVersion = `${before.metadata.resourceVersion}+`;
  stored.set(pathOf(configMap), {
    ...before,
    metadata: { ...before.metadata, resourceVersion },
    data: { mesh },
  } as never);
};
const living = `${machineId}/${process.pid}`;

/** The mesh's Lease of another run, with the fields that it found. */
function leaseBy(holderIdentity: string, found: string): KubeObject {
  const lease = leaseOf(where, 60_000);
  const labels = { [RUN_LABEL]: 'other1' };
  return {
    ...lease,
    metadata: { ...where, labels, annotations: { 'automtls.dev/found': found } },
    spec: { ...lease.spec, holderIdentity },
  } as KubeObject;
}

test('off under a Lease that remembers the field; on again to the letter, and the Lease is gone', async () => {
  const there = await api();
  const run = runOn(there);
  await switchAutoMtls(run, false);
  expect(meshOn(there)).toBe(meshText.replace('true', 'false'));
  expect(there.stored.get(leasePath)?.metadata).toMatchObject({
    labels: { [RUN_LABEL]: id },
    annotations: { 'automtls.dev/found': '{"enableAutoMtls":true}' },
  });
  await switchAutoMtls(run, true);
  expect(meshOn(there)).toBe(meshText);
  expect(there.stored.has(leasePath)).toBe(false);
});

test('what others write meanwhile stays, however the field is put back', async () => {
  const there = await api();
  const run = runOn(there);
  await switchAutoMtls(run, false);
  edit(there, `${meshOn(there)}accessLogFile: /dev/stdout # theirs\n`);
  await switchAutoMtls(run, true);
  expect(meshOn(there)).toBe(`${meshText}accessLogFile: /dev/stdout # theirs\n`);

  await switchAutoMtls(run, false);
  edit(there, 'trustDomain: other\n');
  expect(await run.cleanup.unwind()).toEqual([]);
  expect(meshOn(there)).toBe('trustDomain: other\n');
});

describe('what somebody else wants off stays off', () => {
  const off = meshText.replace('true', 'false');

  test.each<[string, (there: FakeApi, run: Run) => void]>([
    [
      'who writes it anew, with no other difference',
      (there) => edit(there, 'trustDomain: cluster.local\nenableAutoMtls: false\n'),
    ],
    [
      'who applies the configuration with it',
      (there) => {
        const map = there.stored.get(pathOf(configMap)) as KubeObject;
        const fieldsV1 = { 'f:data': { 'f:mesh': {} } };
        const managedFields = [{ manager: 'argocd-controller', operation: 'Apply', fieldsV1 }];
        there.stored.set(pathOf(configMap), { ...map, metadata: { ...map.metadata, managedFields } } as never);
      },
    ],
    [
      'who was seen to switch it on and off',
      (_, run) => Object.assign(run.mesh.lease as object, { wantedByOthers: true }),
    ],
  ])('%s', async (_, meddle) => {
    const there = await api();
    const run = runOn(there);
    await switchAutoMtls(run, false);
    meddle(there, run);
    await switchAutoMtls(run, true);
    expect(meshOn(there)).toContain('enableAutoMtls: false');
    expect(there.stored.has(leasePath)).toBe(false);
    expect(run.mesh.lease).toBeUndefined();
    expect(run.mesh.notes).toEqual([
      'enableAutoMtls in ConfigMap istio-system/istio stays false: somebody else has set it as well',
    ]);
  });

  test('who was faster than the run, after its last look', async () => {
    const there = await api();
    there.refusal = (call) => {
      if (call.startsWith('POST')) edit(there, off);
      return undefined;
    };
    const run = runOn(there);
    await switchAutoMtls(run, false);
    await switchAutoMtls(run, true);
    expect(meshOn(there)).toBe(off);
  });

  test('the run’s own managers count for nothing', async () => {
    const there = await api();
    const run = runOn(there);
    await switchAutoMtls(run, false);
    const map = there.stored.get(pathOf(configMap)) as KubeObject;
    const managedFields = [{ manager: 'automtls', operation: 'Apply', fieldsV1: { 'f:data': { 'f:mesh': {} } } }];
    there.stored.set(pathOf(configMap), { ...map, metadata: { ...map.metadata, managedFields } } as never);
    await switchAutoMtls(run, true);
    expect(meshOn(there)).toBe(meshText);
  });
});

test('the run knows its own writes', async () => {
  const there = await api();
  const run = runOn(there);
  await switchAutoMtls(run, false);
  const version = () => there.stored.get(pathOf(configMap))?.metadata.resourceVersion;
  expect(run.mesh.writes).toEqual(new Set([version()]));
  await switchAutoMtls(run, true);
  expect(run.mesh.writes.has(version() as string)).toBe(true);
});

test('a write of others between reading and writing is a conflict, and the change is made anew on theirs', async () => {
  const there = await api();
  let writes = 0;
  there.refusal = (call) => {
    if (call === `PATCH ${pathOf(configMap)}` && writes < 3) {
      writes += 1;
      edit(there, `${meshText}their: ${writes}\n`);
    }
    return undefined;
  };
  await switchAutoMtls(runOn(there), false);
  expect(meshOn(there)).toBe(`${meshText.replace('true', 'false')}their: 3\n`);
});

test('where others write all the time, it is told', async () => {
  const there = await api();
  there.refusal = (call) => {
    if (call === `PATCH ${pathOf(configMap)}`) edit(there, `${meshText}at: ${performance.now()}\n`);
    return undefined;
  };
  await expect(switchAutoMtls(runOn(there), false)).rejects.toThrow(
    'refuses a change of ConfigMap istio-system/istio: 409',
  );
});

test('what somebody else has switched since the run began is left alone', async () => {
  const there = await api();
  const run = runOn(there);
  edit(there, 'enableAutoMtls: false\n');
  await expect(switchAutoMtls(run, false)).rejects.toThrow('somebody else has changed enableAutoMtls in ConfigMap');
  expect(there.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
});

test('the Lease is taken before the mesh is changed', async () => {
  const there = await api();
  await switchAutoMtls(runOn(there), false);
  const changes = there.calls.filter((call) => !call.startsWith('GET'));
  expect(changes.map((call) => call.split(' ')[0])).toEqual(['POST', 'PATCH']);
});

test('unwinding puts it back where the run ended before it did', async () => {
  const there = await api();
  const run = runOn(there);
  await switchAutoMtls(run, false);
  expect(await run.cleanup.unwind()).toEqual([]);
  expect(meshOn(there)).toBe(meshText);
  expect(there.stored.has(leasePath)).toBe(false);
});

test('a configuration without the setting has it added and taken away again', async () => {
  const bare = { ...configMap, data: { mesh: 'trustDomain: cluster.local\n' } };
  const there = await fakeApi([bare]);
  apis.push(there);
  const run = runOn(there);
  run.istio.configMap = bare;
  await switchAutoMtls(run, false);
  expect(meshOn(there)).toBe('enableAutoMtls: false\ntrustDomain: cluster.local\n');
  await switchAutoMtls(run, true);
  expect(meshOn(there)).toBe(bare.data.mesh);
});

const waitedFor: string[] = [];
const waiting = (signal = new AbortController().signal) => ({
  signal,
  onProgress: ({ detail }: { detail?: string }) => waitedFor.push(detail ?? ''),
});
beforeEach(() => {
  waitedFor.length = 0;
});

describe('a mesh that another run holds', () => {
  afterEach(() => jest.restoreAllMocks());

  test('is waited for, and it is said for whom', async () => {
    const there = await api(leaseBy(living, '{}'));
    const run = runOn(there, waiting());
    const switched = switchAutoMtls(run, false);
    while (waitedFor.length < 2) await new Promise(setImmediate);
    expect(there.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
    expect(waitedFor[0]).toMatch(new RegExp(`waited for the run of process ${process.pid} on `));
    expect(await sweepMesh(run)).toBe(false);
    there.stored.delete(leasePath);
    await switched;
    expect(meshOn(there)).toBe(meshText.replace('true', 'false'));
    await run.cleanup.unwind();
  });

  test('is repaired where it dies meanwhile', async () => {
    const there = await api(leaseBy(living, '{"enableAutoMtls":true}'));
    edit(there, '# theirs\nenableAutoMtls: false\n');
    const awaited = awaitMesh(runOn(there), waiting());
    while (waitedFor.length < 1) await new Promise(setImmediate);
    there.stored.set(leasePath, leaseBy(`${machineId}/x`, '{"enableAutoMtls":true}'));
    await awaited;
    expect(meshOn(there)).toBe('# theirs\nenableAutoMtls: true\n');
    expect(there.stored.has(leasePath)).toBe(false);
    expect(waitedFor.at(-1)).toBe('the mesh configuration that a dead run had changed is as it was before');
  });

  test('is waited for until ^C', async () => {
    const there = await api(leaseBy(living, '{}'));
    const controller = new AbortController();
    const awaited = awaitMesh(runOn(there), waiting(controller.signal));
    while (waitedFor.length < 1) await new Promise(setImmediate);
    controller.abort();
    await expect(awaited).rejects.toThrow('aborted');
  });

  test('is not waited for without end', async () => {
    const there = await api(leaseBy(living, '{}'));
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const awaited = awaitMesh(runOn(there), {
      ...waiting(),
      onProgress: () => clock.mockReturnValue(defaultLimits.meshWaitMs),
    });
    await expect(awaited).rejects.toThrow('has held the mesh of test (http');
  });
});

describe('automatic mutual TLS that is off', () => {
  const off = meshText.replace('true', 'false');
  const istiod = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'istio-system', name: 'istiod', labels: { app: 'istiod' } },
    spec: {
      selector: { matchLabels: { app: 'istiod' } },
      template: { spec: { containers: [{ name: 'discovery', image: 'istio/pilot:1.31.0' }] } },
    },
  };
  const check = { kind: 'check', title: 'auto mTLS', check: 'auto-mtls' } as const;
  afterEach(() => jest.restoreAllMocks());

  test('because of another run: a run that has begun waits for it, and goes on', async () => {
    const there = await api(istiod, leaseBy(living, '{"enableAutoMtls":true}'));
    edit(there, off);
    const details: string[] = [];
    const onProgress = ({ detail = '' }): void => {
      details.push(detail);
      if (!detail.includes('waited for')) return;
      edit(there, meshText);
      there.stored.delete(leasePath);
    };
    const run = runOn(there, { onProgress });
    const { result, learned } = await performStep(run, learnedWith(), check);
    expect(result).toMatchObject({ verdict: 'pass' });
    expect(details.at(-1)).toMatch(new RegExp(`waited for the run of process ${process.pid} on `));
    expect(learned.blocked).toBeUndefined();
  });

  test('because of another run that takes too long: it is named, and nobody is told to switch it on', async () => {
    const there = await api(istiod, leaseBy(living, '{"enableAutoMtls":true}'));
    edit(there, off);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const onProgress = ({ phase }: { phase: string }): void => {
      if (phase === 'mesh') clock.mockReturnValue(defaultLimits.meshWaitMs);
    };
    const { why, verdict } = (await resultOf(runOn(there, { onProgress }), learnedWith(), check)) as CheckResult;
    expect(verdict).toBe('inconclusive');
    expect(why).toContain(`The run of process ${process.pid} on `);
    expect(why).toContain('Leave enableAutoMtls as it is');
    expect(why).not.toContain('switch it on');
  });

  test('because of another run that comes and goes between two looks: what it left counts', async () => {
    const there = await api(istiod);
    let looks = 0;
    there.refusal = (call) => {
      if (call === 'GET /api/v1/namespaces/istio-system/configmaps' && ++looks === 2) edit(there, off);
      if (call === `GET ${leasePath}` && looks === 2) edit(there, meshText);
      return undefined;
    };
    const { mesh } = await detectSettled({ kube: there.kube, limits: defaultLimits }, waiting());
    expect(mesh.autoMtls).toBe(true);
  });

  test('because of somebody else is not waited for', async () => {
    const there = await api(istiod);
    edit(there, off);
    const { mesh } = await detectSettled({ kube: there.kube, limits: defaultLimits }, waiting());
    expect(mesh.autoMtls).toBe(false);
    expect(await resultOf(runOn(there), learnedWith(), check)).toMatchObject({ verdict: 'inconclusive' });
  });

  test('because of the run itself is not waited for', async () => {
    const there = await api(istiod);
    const run = runOn(there);
    await switchAutoMtls(run, false);
    expect(await resultOf(run, learnedWith(), check)).toMatchObject({ why: expect.stringContaining('switched off') });
    await run.cleanup.unwind();
  });
});

test.each([
  ['{"enableAutoMtls":true}', 'a: 1 # theirs\nenableAutoMtls: false\n', 'a: 1 # theirs\nenableAutoMtls: true\n'],
  ['{}', 'enableAutoMtls: false\na: 1\n', 'a: 1\n'],
  // Somebody else has switched it on since.
  ['{}', 'enableAutoMtls: true\na: 1\n', 'enableAutoMtls: true\na: 1\n'],
])('what a dead run found, %s, is put back, and just that', async (found, left, after) => {
  const there = await api(leaseBy(`${machineId}/x`, found));
  edit(there, left);
  expect(await sweepMesh(runOn(there))).toBe(true);
  expect(meshOn(there)).toBe(after);
  expect(there.stored.has(leasePath)).toBe(false);
  expect(await sweepMesh(runOn(there))).toBe(false);
});

test('where a user may not put it back, it is said who must', async () => {
  const there = await api(leaseBy(`${machineId}/x`, '{"enableAutoMtls":true}'));
  edit(there, 'enableAutoMtls: false\n');
  there.refusal = (call) => (call === `PATCH ${pathOf(configMap)}` ? { code: 403, message: 'you may not' } : undefined);
  const swept = sweepMesh(runOn(there));
  await expect(swept).rejects.toThrow(
    /403: you may not\. A user who may do that .* must run npx automtls sweep --kubeconfig \/test\./,
  );
});

test('while one run repairs, it holds the Lease', async () => {
  const there = await api(leaseBy(`${machineId}/x`, '{}'));
  const holds: boolean[] = [];
  there.refusal = (call) => {
    if (call === `GET ${pathOf(configMap)}`) holds.push(isHeld(there.stored.get(leasePath) as Lease, Date.now()));
    return undefined;
  };
  await sweepMesh(runOn(there));
  expect(holds).toEqual([true]);
});

test('a run takes no other’s Lease away when it unwinds', async () => {
  const there = await api();
  const run = runOn(there);
  await switchAutoMtls(run, false);
  there.stored.set(leasePath, {
    ...leaseBy('elsewhere/1', '{}'),
    metadata: { ...where, labels: { [RUN_LABEL]: 'other1' } },
  });
  expect(await run.cleanup.unwind()).toEqual([]);
  expect(there.stored.has(leasePath)).toBe(true);
});

/** Returns in words how others have changed the mesh. */
async function drift(run: Run): Promise<string | undefined> {
  const found = await detectMeshDrift(run);
  return found && reasonWords(driftReason('ConfigMap istio-system/istio', found));
}

test('a mesh that the run itself has changed is not disturbed; one that somebody else changes is', async () => {
  const there = await api();
  const run = runOn(there);
  expect(await detectMeshDrift(run)).toBeUndefined();
  await switchAutoMtls(run, false);
  run.mesh.autoMtls = false;
  expect(await detectMeshDrift(run)).toBeUndefined();
  await run.cleanup.unwind();

  const taken = runOn(await api(leaseBy(living, '{}')));
  expect(await drift(taken)).toContain('is changing the mesh');
});

test.each<[string, boolean, string, string]>([
  ['the field, while it is on', true, meshText.replace('true', 'false'), 'enableAutoMtls is false, was true'],
  ['the field, while the run has it off', false, meshText, 'enableAutoMtls is true, was false'],
  ['anything else, while it is on', true, `${meshText}a: 1\n`, 'a is 1, was left out'],
  [
    'anything else, while it is off',
    false,
    'enableAutoMtls: false\ntrustDomain: x\n',
    'trustDomain is "x", was "cluster.local"',
  ],
  ['what cannot be read', true, 'a: [', 'it is no longer YAML'],
])('it is disturbed where somebody else changes %s', async (_, autoMtls, mesh, how) => {
  const there = await api();
  edit(there, mesh);
  expect(await drift(runOn(there, { mesh: { autoMtls } }))).toBe(
    `ConfigMap istio-system/istio was changed by somebody else since the run began: ${how}`,
  );
});

test('another way to write the same disturbs nothing', async () => {
  const there = await api();
  edit(there, '{trustDomain: "cluster.local", enableAutoMtls: true} # theirs\n');
  expect(await detectMeshDrift(runOn(there))).toBeUndefined();
  there.stored.delete(pathOf(configMap));
  expect(await drift(runOn(there))).toContain('was deleted by somebody else');
});

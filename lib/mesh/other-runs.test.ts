import type { KubeObject } from '../model/types.ts';
import { fakeApi } from '../platform/kube/api-fixtures.ts';
import { leaseOf } from '../platform/kube/lease.ts';
import { RECORD, RUN_LABEL } from '../platform/kube/ownership.ts';
import { checks } from '../run/checks/checks.ts';
import { id, learnedWith, runOn, told } from '../run/fixtures.ts';
import { assertSuitable } from '../run/start.ts';
import { makerIn } from '../verdict/judge/mesh/makers.ts';
import { makersOf } from './other-runs.ts';

const labelled = (run: string): KubeObject => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { namespace: 'istio-system', name: 'default', uid: `of-${run}`, labels: { [RUN_LABEL]: run } },
});
/** A namespace with the label of a run, and its Lease, in which a namespace of that uid is recorded. */
function home(run: string, uid: string): KubeObject[] {
  const name = `full-${run}`;
  const lease = leaseOf({ namespace: name, name: 'automtls' }, 60_000);
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: `uid-${run}`, labels: { [RUN_LABEL]: run } } },
    { ...lease, metadata: { ...lease.metadata, annotations: { [RECORD]: JSON.stringify({ [name]: uid }) } } },
  ];
}

test('another run is named if it has recorded its namespaces; a label alone is somebody else’s', async () => {
  const api = await fakeApi([...home('aaaaaa', 'uid-aaaaaa'), ...home('bbbbbb', 'other')]);
  const objects = ['aaaaaa', 'bbbbbb', 'cccccc', id].map(labelled);
  const maker = makerIn(await makersOf(runOn(api), objects));
  expect(objects.map((object) => maker(object))).toEqual([
    expect.stringMatching(/^another run \(aaaaaa, process \d+ on \S+\)$/),
    ...Array(3).fill('somebody else'),
  ]);
  await api.close();
});

describe('what another run has made for the whole mesh', () => {
  const istiod = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'istio-system', name: 'istiod', labels: { app: 'istiod' } },
    spec: { selector: { matchLabels: { app: 'istiod' } } },
    status: { readyReplicas: 1 },
  };
  const strict = (run: string): KubeObject => ({ ...labelled(run), spec: { mtls: { mode: 'STRICT' } } }) as KubeObject;
  const left =
    /STRICT.*: that is of another run \(aaaaaa, process \d+ on \S+\), so leave it as it is, and run again when/;

  test('is left to it by a run that starts, and by one that has begun', async () => {
    const policy = strict('aaaaaa');
    const api = await fakeApi([istiod, ...home('aaaaaa', 'uid-aaaaaa'), policy]);
    const starting = assertSuitable(runOn(api), learnedWith({ foreign: [policy] }));
    await expect(starting).rejects.toThrow(left);
    await expect(starting).rejects.not.toThrow('remove');
    const run = runOn(api);
    const { verdict, why } = told(run, await checks['mesh-default'](run, learnedWith()));
    expect(verdict).toBe('inconclusive');
    expect(why).toMatch(/^another run \(aaaaaa, .*\) has changed it since the run began; /);
    expect(why).toMatch(left);
    expect(why).not.toContain('remove');
    await api.close();
  });

  test('is told apart from what somebody else has made, which is to be removed', async () => {
    const policy = strict('bbbbbb');
    const api = await fakeApi([istiod, ...home('bbbbbb', 'other'), policy]);
    await expect(assertSuitable(runOn(api), learnedWith({ foreign: [policy] }))).rejects.toThrow(
      'remove PeerAuthentication istio-system/default, or use another cluster',
    );
    await api.close();
  });
});

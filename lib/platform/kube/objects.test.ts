import type { KubeObject } from '../../model/types.ts';
import { InconclusiveError, UsageError } from '../errors.ts';
import { type FakeApi, fakeApi, pathOf } from './api-fixtures.ts';
import { kubeOf, listen, refuse } from './fixtures.ts';
import { apply, create, deleteByUid, list, mergePatch, patch, read, remove } from './objects.ts';
import { RUN_LABEL } from './ownership.ts';

const run = 'ab12c3';
const policy = (labels?: Record<string, string>) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { namespace: 'full', name: 'httpbin', ...(labels && { labels }) },
  spec: { mtls: { mode: 'STRICT' } },
});
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'istio-system', name: 'istio' },
  data: { mesh: 'a: 1', other: 'b' },
};
const ours = { [RUN_LABEL]: run };
const theirs = { [RUN_LABEL]: 'other1' };
const path = pathOf(policy());

const apis: FakeApi[] = [];
async function api(...objects: KubeObject[]): Promise<FakeApi> {
  const made = await fakeApi(objects);
  apis.push(made);
  return made;
}
afterEach(async () => {
  for (const one of apis.splice(0)) await one.close();
});

const changes = ({ calls }: FakeApi) => calls.filter((call) => !call.startsWith('GET'));

describe('apply', () => {
  test('makes what is not there, with the run’s label, and gives it back as stored', async () => {
    const there = await api();
    const stored = await apply(there.kube, policy(), run);
    expect(stored).toMatchObject({
      ...policy(),
      metadata: { name: 'httpbin', labels: ours, creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    });
    expect(there.stored.get(path)?.metadata.labels).toMatchObject(ours);
  });

  test('changes what is the run’s own', async () => {
    const there = await api(policy(ours));
    await apply(there.kube, { ...policy(), spec: { mtls: { mode: 'DISABLE' } } } as KubeObject, run);
    expect(there.stored.get(path)).toMatchObject({ spec: { mtls: { mode: 'DISABLE' } } });
  });

  test.each([
    ['nobody’s', undefined],
    ['another run’s', theirs],
  ])('leaves alone what is %s', async (_, labels) => {
    const there = await api(policy(labels));
    await expect(apply(there.kube, policy(), run)).rejects.toThrow(
      new UsageError(
        'PeerAuthentication full/httpbin already exists and does not belong to this run, so it is not changed. Remove or rename it, or use another cluster.',
      ),
    );
    expect(changes(there)).toEqual([]);
  });
});

test('create never changes what is there, not even the run’s own', async () => {
  const there = await api(policy(ours));
  await expect(create(there.kube, policy(), run)).rejects.toThrow('PeerAuthentication full/httpbin already exists');
  there.stored.clear();
  expect(await create(there.kube, policy(), run)).toMatchObject({ metadata: { labels: ours } });
});

describe('an apply that the API server fails to do', () => {
  const failing = async (times: number) => {
    const there = await api();
    let left = times;
    there.refusal = (call) => {
      if (!call.startsWith('PATCH') || left === 0) return undefined;
      left -= 1;
      return { code: 500, message: 'failed calling webhook' };
    };
    return there;
  };
  const tries = (there: FakeApi): number => changes(there).length;

  test('is tried again, because the webhook that it asks may answer by then', async () => {
    const there = await failing(2);
    expect(await apply(there.kube, policy(), run)).toMatchObject(policy());
    expect(tries(there)).toBe(3);
  });

  test('is given up after the third time', async () => {
    const there = await failing(3);
    await expect(apply(there.kube, policy(), run)).rejects.toThrow(InconclusiveError);
    expect(tries(there)).toBe(3);
  });

  test('is not tried again if it was refused, and no other change is', async () => {
    const there = await failing(1);
    await expect(mergePatch(there.kube, policy())).rejects.toThrow('failed calling webhook');
    there.refusal = (call) => (call.startsWith('GET') ? undefined : { code: 422, message: 'invalid' });
    await expect(apply(there.kube, policy(), run)).rejects.toThrow(UsageError);
    expect(tries(there)).toBe(2);
  });
});

describe('remove', () => {
  test('deletes what is the run’s own', async () => {
    const there = await api(policy(ours));
    expect(await remove(there.kube, policy(), run)).toBe(true);
    expect(there.stored.size).toBe(0);
    expect(await remove(there.kube, policy(), run)).toBe(false);
  });

  test.each([
    ['nobody’s', undefined],
    ['another run’s', theirs],
  ])('leaves alone what is %s', async (_, labels) => {
    const there = await api(policy(labels));
    await expect(remove(there.kube, policy(), run)).rejects.toThrow('is not deleted');
    expect(changes(there)).toEqual([]);
  });
});

test('deleteByUid hits only the object that was seen, not a new one of its name', async () => {
  const there = await api(policy(ours));
  const seen = (await read(there.kube, policy())) as KubeObject;
  there.stored.delete(path);
  await create(there.kube, policy(), 'newer1');
  expect(await deleteByUid(there.kube, seen)).toBe(false);
  expect(there.stored.get(path)?.metadata.labels).toMatchObject({ [RUN_LABEL]: 'newer1' });
  expect(await deleteByUid(there.kube, (await read(there.kube, policy())) as KubeObject)).toBe(true);
  expect(await deleteByUid(there.kube, seen)).toBe(false);
});

test('mergePatch changes just the fields it is given', async () => {
  const there = await api(configMap);
  await mergePatch(there.kube, { ...configMap, data: { mesh: 'a: 2' } });
  expect(there.stored.get(pathOf(configMap))).toMatchObject({ data: { mesh: 'a: 2', other: 'b' } });
  expect(there.stored.get(pathOf(configMap))?.metadata.labels).toBeUndefined();
});

describe('list', () => {
  const kind = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication' };
  const elsewhere = { ...policy(theirs), metadata: { ...policy(theirs).metadata, namespace: 'other' } };

  test('all, those of a namespace, those of a label or its value; each with its kind', async () => {
    const { kube } = await api(policy(ours), elsewhere);
    expect((await list(kube, kind)).map(({ metadata }) => metadata.namespace)).toEqual(['full', 'other']);
    expect(await list(kube, kind, { namespace: 'other' })).toMatchObject([{ ...kind, metadata: { labels: theirs } }]);
    expect(await list(kube, kind, { labels: RUN_LABEL })).toHaveLength(2);
    expect(await list(kube, kind, { labels: `${RUN_LABEL}=${run}` })).toMatchObject([{ metadata: { labels: ours } }]);
  });

  test('nothing where the kind or its group is not served', async () => {
    const { kube } = await api();
    expect(await list(kube, { apiVersion: 'security.istio.io/v1', kind: 'Nonesuch' })).toEqual([]);
    expect(await list(kube, { apiVersion: 'nonesuch.io/v1', kind: 'Nonesuch' })).toEqual([]);
  });
});

describe('what the API server does not do is told in a sentence', () => {
  const deeds: [string, (there: FakeApi) => Promise<unknown>, string][] = [
    ['read', ({ kube }) => read(kube, policy()), 'does not show PeerAuthentication full/httpbin'],
    ['list', ({ kube }) => list(kube, policy()), 'does not list PeerAuthentication'],
    ['create', ({ kube }) => create(kube, policy(), run), 'refuses PeerAuthentication full/httpbin'],
    ['patch', ({ kube }) => patch(kube, policy()), 'refuses PeerAuthentication full/httpbin'],
    ['mergePatch', ({ kube }) => mergePatch(kube, configMap), 'refuses a change of ConfigMap istio-system/istio'],
    ['deleteByUid', ({ kube }) => deleteByUid(kube, policy()), 'does not delete PeerAuthentication full/httpbin'],
  ];

  test.each(deeds)('%s, refused', async (_, deed, what) => {
    const there = await api();
    there.refusal = () => ({ code: 403, message: 'you may not' });
    await expect(deed(there)).rejects.toThrow(new UsageError(`${there.kube.label} ${what}: 403: you may not.`));
    await expect(deed(there)).rejects.toBeInstanceOf(UsageError);
  });

  test.each(deeds)('%s, out of order', async (_, deed, what) => {
    const there = await api();
    there.refusal = () => ({ code: 500, message: 'etcd is gone' });
    await expect(deed(there)).rejects.toThrow(`${there.kube.label} ${what}: 500: etcd is gone.`);
    await expect(deed(there)).rejects.toBeInstanceOf(InconclusiveError);
  });

  test.each(deeds)('%s, out of reach', async (_, deed, what) => {
    const there = await api();
    const kube = kubeOf(there.server);
    await there.close();
    await expect(deed({ ...there, kube })).rejects.toThrow(/ECONNREFUSED/);
    await expect(deed({ ...there, kube })).rejects.toThrow(what);
    await expect(deed({ ...there, kube })).rejects.toBeInstanceOf(InconclusiveError);
  });

  test('an answer that is none of the API server’s', async () => {
    const page = await listen((_, response) => response.writeHead(502).end('<html>Bad Gateway</html>'));
    await expect(read(kubeOf(page.server), policy())).rejects.toThrow(/does not show .*: 502: Bad Gateway\.$/);
    await page.close();
    const gone = await listen(refuse(401, 'Unauthorized'));
    await expect(read(kubeOf(gone.server), policy())).rejects.toThrow('401: Unauthorized');
    await gone.close();
  });
});

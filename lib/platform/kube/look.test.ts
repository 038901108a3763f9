import { UsageError } from '../errors.ts';
import { fakeApi } from './api-fixtures.ts';
import { look } from './look.ts';

test('what is looked at is what is there, in the namespaces that are named, each with its kind', async () => {
  const set = (namespace: string) => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { namespace, name: 'x' },
  });
  const api = await fakeApi(['full', 'legacy', 'other'].map(set));
  const found = await look(api.kube, 'ReplicaSet', ['full', 'legacy']);
  expect(found).toMatchObject(['full', 'legacy'].map(set));
  expect(await look(api.kube, 'Pod', ['full'])).toEqual([]);
  api.refusal = () => ({ code: 403, message: 'you may not' });
  await expect(look(api.kube, 'EndpointSlice', ['full'])).rejects.toThrow(UsageError);
  await api.close();
});

import { UsageError } from '../errors.ts';
import { choose, providerFor } from './choose.ts';
import type { ClusterProvider } from './provider.ts';

const context = { onProgress: () => {}, signal: new AbortController().signal };

/** Returns a provider whose `acquire` fails. */
function providerOf(name: string, changes: Partial<ClusterProvider> = {}): ClusterProvider {
  return { name, istio: '', flags: {}, acquire: () => Promise.reject(new Error(`${name} was acquired`)), ...changes };
}

const auto = (available: boolean) => ({ auto: { when: '', available: () => available } });

describe('auto', () => {
  const chosen = async (...all: ClusterProvider[]) => (await providerFor({ provider: 'auto', flags: {} }, all)).name;

  test('takes the first provider that is available', async () => {
    expect(await chosen(providerOf('a', auto(false)), providerOf('b', auto(true)), providerOf('c', auto(true)))).toBe(
      'b',
    );
  });

  test('passes by those that must be named, and says so where no other is left', async () => {
    expect(await chosen(providerOf('a'), providerOf('b', auto(true)))).toBe('b');
    await expect(chosen(providerOf('a'), providerOf('b', auto(false)))).rejects.toThrow('name one with --cluster');
  });

  test.each([{ kubeconfig: '/k' }, { context: 'c' }])('takes the cluster that %p names', async (flags) => {
    expect((await providerFor({ provider: 'auto', flags })).name).toBe('current');
  });
});

test.each([
  ['native', { 'kind-image': 'x' }, '--kind-image needs --cluster kind.'],
  ['current', { kubeconfig: '/k', 'kind-image': 'x' }, '--kind-image needs --cluster kind.'],
  ['auto', { 'kind-image': 'x' }, '--kind-image needs --cluster kind.'],
  ['auto', { kubeconfig: '/k', 'kind-image': 'x' }, '--kind-image needs --cluster kind.'],
  ['kind', { context: 'c' }, '--context needs --cluster current.'],
  ['native', { kubeconfig: '/k', context: 'c' }, '--kubeconfig and --context need --cluster current.'],
])('%s refuses %p', async (provider, flags, sentence) => {
  await expect(providerFor({ provider, flags })).rejects.toThrow(new UsageError(sentence));
});

test('a cluster that is there is as it was named', async () => {
  const flags = { kubeconfig: '/k', context: 'c' };
  const { cluster, stays } = await choose({ provider: 'auto', flags }, context);
  expect(cluster).toEqual({ provider: 'current', name: 'c', kubeconfig: '/k', context: 'c', owned: false });
  expect(stays).toBe(true);
});

test.each([
  ['current', {}],
  ['auto', { context: 'c' }],
])('%s with %p says that it wants a file', async (provider, flags) => {
  await expect(choose({ provider, flags }, context)).rejects.toThrow(UsageError);
  await expect(choose({ provider, flags }, context)).rejects.toThrow('needs --kubeconfig FILE');
});

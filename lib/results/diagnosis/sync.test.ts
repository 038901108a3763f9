import { syncOf } from './sync.ts';

const synced = (proxy: string) => ({ proxy, listener_sent: 'a', listener_acked: 'a' });

test('what each istiod says of the sidecars, and of no other', () => {
  const said = [
    { istiod: 'istiod-1', all: [synced('sleep-1.full'), synced('another.default')] },
    { istiod: 'istiod-2', all: [synced('httpbin-1.full')] },
  ];
  expect(syncOf(said, ['sleep-1.full', 'httpbin-1.full'])).toEqual({
    istiods: [
      { istiod: 'istiod-1', proxies: [synced('sleep-1.full')] },
      { istiod: 'istiod-2', proxies: [synced('httpbin-1.full')] },
    ],
    unknown: [],
  });
});

test('a sidecar that no istiod knows is named', () => {
  expect(syncOf([{ istiod: 'istiod-1', all: [{}] }], ['sleep-1.full']).unknown).toEqual(['sleep-1.full']);
});

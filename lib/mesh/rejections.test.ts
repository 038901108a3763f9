import type { KubeObject } from '../model/types.ts';
import { type FakeApi, fakeApi } from '../platform/kube/api-fixtures.ts';
import { namespaces, runOn } from '../run/fixtures.ts';
import { unreadReasons } from '../verdict/judge/mesh/rejections.ts';
import { reasonWords } from '../verdict/reasons.ts';
import { lookForRejections, rejectionsIn } from './rejections.ts';

const { full, partial } = namespaces;
const message = `Internal:Error adding/updating listener(s) 0.0.0.0_8000: Didn't find a registered implementation for 'x'
virtualInbound: Didn't find a registered implementation for 'x'
`;

/** How releases log it: with tabs, with one more scope, as JSON, and before 1.12 with another form of connection id. */
const logs: [string, string][] = [
  [
    '1.10',
    `2021-05-14T10:00:00.000000Z\twarn\tads\tADS:LDS: ACK ERROR sidecar~10.1.2.3~a-1.${full}~${full}.svc.cluster.local-12 ${message}`,
  ],
  [
    '1.10, incremental',
    `2021-05-14T10:00:00.000000Z\twarn\tads\tdADS:LDS: ACK ERROR sidecar~10.1.2.3~a-1.${full}~${full}.svc.cluster.local-12 ${message}`,
  ],
  ['1.12', `2022-05-14T10:00:00.000000Z\twarn\tads\tADS:LDS: ACK ERROR a-1.${full}-3 ${message}`],
  ['1.31', `2026-11-25T03:52:08.134990Z\twarn\tdelta\tADS:LDS: ACK ERROR a-1.${full}-3 ${message}`],
  [
    'JSON',
    JSON.stringify({
      level: 'warn',
      time: '2026-11-25T03:52:08.134990Z',
      scope: 'delta',
      msg: `ADS:LDS: ACK ERROR a-1.${full}-3 ${message}`,
    }),
  ],
];

describe('istiod’s log', () => {
  const before = '2026-11-25T03:52:08.000000Z\tinfo\tads\tADS: new connection for node:a-1';
  const after = '2026-11-25T03:52:09.000000Z\tinfo\tads\tPush debounce stable[4] 6';

  test.each(logs)('as %s writes it', (_, entry) => {
    const [found, ...others] = rejectionsIn([before, entry, after].join('\n'), Object.values(namespaces));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ namespace: full, pod: 'a-1', type: 'LDS' });
    expect(found?.said).toMatch(
      /^ADS:LDS: ACK ERROR \S+-\d+ Internal:Error adding\/updating listener\(s\) 0\.0\.0\.0_8000: D/,
    );
    expect(found?.said).toMatch(/ virtualInbound: Didn't find a registered implementation for 'x'$/);
  });

  test('of other namespaces nothing is told, and of each sidecar the last word', () => {
    const entry = (pod: string, namespace: string, type: string, why: string): string =>
      `2026-11-25T03:52:08.134990Z\twarn\tdelta\tADS:${type}: ACK ERROR ${pod}.${namespace}-3 Internal:${why}`;
    const log = [
      entry('a-1', full, 'LDS', 'first'),
      entry('a-1', 'full', 'LDS', 'of others'),
      entry('a-1', full, 'CDS', 'clusters'),
      entry('a-1', partial, 'LDS', 'another'),
      entry('a-1', full, 'LDS', 'last'),
    ];
    const found = rejectionsIn(log.join('\n'), Object.values(namespaces));
    expect(found.map(({ said }) => said.split('Internal:')[1])).toEqual(['last', 'clusters', 'another']);
  });

  test('is not quoted at any length', () => {
    const [found] = rejectionsIn(`ADS:NDS: ACK ERROR a-1.${full}-7 Internal:${'x'.repeat(5000)}`, [full]);
    expect(found?.said).toMatch(/^ADS:NDS: ACK ERROR .*xxx …$/);
    expect(found?.said.length).toBeLessThan(400);
  });

  test('of a run whose id has digits alone', () => {
    expect(rejectionsIn('ADS:CDS: ACK ERROR a-1.full-123456-7 Internal:x', ['full-123456'])).toHaveLength(1);
  });
});

describe('on a cluster', () => {
  let api: FakeApi;
  afterEach(() => api.close());
  const istiod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'istio-system', name: 'istiod-1', labels: { app: 'istiod' } },
  } as KubeObject;

  test('without a pod of istiod there is nothing to read', async () => {
    api = await fakeApi();
    expect(await lookForRejections(runOn(api), 1_000)).toEqual({ found: [] });
  });

  test('a user who may not read the log is told which right it takes', async () => {
    api = await fakeApi([istiod]);
    api.refusal = (call) => (call.endsWith('/log') ? { code: 403, message: 'you may not' } : undefined);
    const { found, ...unread } = await lookForRejections(runOn(api), 1_000);
    expect(found).toEqual([]);
    expect(unreadReasons(unread).map(reasonWords).join()).toMatch(
      /^istiod's log was not read, .* the right to get pods\/log in istio-system \(manifests\/rights\.yaml\): .* does not show the log of Pod istio-system\/istiod-1: 403: you may not\.$/,
    );
  });
});

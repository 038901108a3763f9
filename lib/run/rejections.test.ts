import { type FakeApi, fakeApi } from '../kube/api-fixtures.ts';
import type { KubeObject } from '../model/types.ts';
import { objectsOf, reasonWords, type VerdictReason } from '../verdict/reasons.ts';
import { namespaces, runOn } from './fixtures.ts';
import { lookForRejections, type Rejection, rejectionReasons, rejectionsIn } from './rejections.ts';

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

  test('of a run whose id has digits alone', () => {
    expect(rejectionsIn('ADS:CDS: ACK ERROR a-1.full-123456-7 Internal:x', ['full-123456'])).toHaveLength(1);
  });
});

describe('in words', () => {
  const rejection = (
    pod: string,
    type = 'LDS',
    said = `ADS:${type}: ACK ERROR ${pod}.full-3 Internal:why`,
  ): Rejection => ({
    ...{ namespace: 'full', pod, type, said },
  });

  test('those of one kind are told together, with istiod’s words on the first and what to do', () => {
    const reasons = rejectionReasons([rejection('a'), rejection('b'), rejection('b', 'CDS')]);
    expect(reasons.map(objectsOf)).toEqual([['Pod full/a', 'Pod full/b'], ['Pod full/b']]);
    expect(reasons.map(reasonWords)).toEqual([
      'the sidecars of full/a and full/b reject the listeners that istiod sends, which logs "ADS:LDS: ACK ERROR a.full-3 Internal:why": look for the EnvoyFilter or the extension that asks for it, and whether the sidecar\'s Envoy is the one of this Istio',
      expect.stringContaining(
        'the sidecar of full/b rejects the clusters that istiod sends, which logs "ADS:CDS: ACK ERROR b.full-3',
      ),
    ]);
  });

  test('a type without a name is told as istiod has it, and not at any length', () => {
    const [words] = rejectionReasons([rejection('a', 'NDS', 'x'.repeat(5000))]).map(reasonWords);
    expect(words).toContain('rejects the NDS that istiod sends, which logs "xxx');
    expect(words?.length).toBeLessThan(600);
    expect(words).toContain('xxx …":');
  });
});

describe('on a cluster', () => {
  let api: FakeApi;
  afterEach(() => api.close());
  const istiod = {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { namespace: 'istio-system', name: 'istiod-1', labels: { app: 'istiod' } },
  } as KubeObject;

  test('without a pod of istiod there is nothing to read', async () => {
    api = await fakeApi();
    expect(await lookForRejections(runOn(api), 1_000)).toEqual({ found: [] });
  });

  test('a user who may not read the log is told which right it takes', async () => {
    api = await fakeApi([istiod]);
    api.refusal = (call) => (call.endsWith('/log') ? { code: 403, message: 'you may not' } : undefined);
    const { found, unread } = await lookForRejections(runOn(api), 1_000);
    expect(found).toEqual([]);
    expect(reasonWords(unread as VerdictReason)).toMatch(
      /^istiod's log was not read, .* the right to get pods\/log in istio-system \(manifests\/rights\.yaml\): .* does not show the log of Pod istio-system\/istiod-1: 403: you may not\.$/,
    );
  });
});

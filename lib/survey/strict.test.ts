import type { KubeObject } from '../model/types.ts';
import { bazaar } from '../test/live/bazaar-fixtures.ts';
import { app, manifestMesh, namespace, pairsOf, policy, security } from './fixtures.ts';
import type { SurveyedMesh } from './mesh/mesh.ts';
import { nameOfClient } from './pairs/clients.ts';
import { nameOfServer } from './pairs/servers.ts';
import { strictnessOf } from './strict.ts';
import { surveyOf } from './survey.ts';

const strictIn = (where: string): KubeObject =>
  policy(security, 'PeerAuthentication', where, 'default', { mtls: { mode: 'STRICT' } });

/** Whether some requests are refused. */
const isRefused = (words = ''): boolean => /refused|broken|503|403|connection reset/.test(words);

function lossesIn(mesh: SurveyedMesh, where: string): string[] {
  const found = strictnessOf(surveyOf(mesh)).find((one) => one.namespace === where);
  return (found?.losses ?? [])
    .flatMap(({ clients, server }) => clients.map((client) => `${nameOfClient(client)} > ${nameOfServer(server)}`))
    .sort();
}

test.each(['shop', 'pay', 'legacy', 'data', 'edge'])(
  'who would lose what in %s is who loses it when it is STRICT',
  (where) => {
    const before = pairsOf(manifestMesh(bazaar));
    // Exceptions for a workload are none of a namespace that is STRICT.
    const isOwn = ({ kind, metadata }: KubeObject): boolean =>
      kind === 'PeerAuthentication' && metadata.namespace === where;
    const after = pairsOf(manifestMesh([...bazaar.filter((object) => !isOwn(object)), strictIn(where)]));
    const lost = Object.keys(before).filter((pair) => !isRefused(before[pair]) && isRefused(after[pair]));
    expect(lossesIn(manifestMesh(bazaar), where)).toEqual(
      lost.filter((pair) => !after[pair]?.startsWith('not judged')).sort(),
    );
    if (where === 'shop' || where === 'data') expect(lost.length).toBeGreaterThan(5);
    if (where === 'pay' || where === 'legacy') expect(lost).toEqual([]);
  },
);

test('whether a namespace is STRICT goes by every port of its pods', () => {
  const mesh = manifestMesh([
    namespace('shop'),
    strictIn('shop'),
    ...app('shop', 'cart'),
    ...app('shop', 'web'),
    ...app('shop', 'old', { sidecar: false }),
    policy(security, 'PeerAuthentication', 'shop', 'web', {
      selector: { matchLabels: { app: 'web' } },
      mtls: { mode: 'PERMISSIVE' },
    }),
  ]);
  expect(strictnessOf(surveyOf(mesh))).toMatchObject([
    { namespace: 'shop', mode: 'STRICT', strict: 1, ports: 2, without: 1 },
  ]);
});

test('a release without PeerAuthentication is not asked', () => {
  const [shop] = strictnessOf(surveyOf(manifestMesh([namespace('shop'), ...app('shop', 'cart')], '1.4')));
  expect(shop?.losses).toBeUndefined();
});

test('an exception for a workload is none of a namespace that is STRICT', () => {
  const exception = policy(security, 'PeerAuthentication', 'shop', 'cart', {
    selector: { matchLabels: { app: 'cart' } },
    mtls: { mode: 'PERMISSIVE' },
  });
  const legacy = [namespace('legacy', false), ...app('legacy', 'old')];
  const mesh = manifestMesh([namespace('shop'), ...app('shop', 'cart'), ...legacy, strictIn('shop'), exception]);
  expect(lossesIn(mesh, 'shop')).toEqual(['legacy/old > cart.shop:80', 'outsider > cart.shop:80']);
});

import type { KubeObject, PeerAuthentication } from '../model/types.ts';
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
const isRefused = (words = ''): boolean => /refused|503|403|no connection/.test(words);

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
    const isWide = (object: KubeObject): boolean =>
      object.kind === 'PeerAuthentication' &&
      object.metadata.namespace === where &&
      !(object as PeerAuthentication).spec?.selector;
    const after = pairsOf(manifestMesh([...bazaar.filter((object) => !isWide(object)), strictIn(where)]));
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

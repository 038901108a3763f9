import { stringify } from 'yaml';
import type { KubeObject } from '../../model/types.ts';
import { app, namespace, policy, security } from '../fixtures.ts';
import { nameOfServer } from '../pairs/servers.ts';
import { readManifests } from '../read/files.ts';
import { assertJudged } from './judged.ts';
import { type Upgrade, upgradeOf } from './upgrade.ts';

const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });
const alias = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'alias', namespace: 'shop' },
  spec: {
    type: 'ExternalName',
    externalName: 'web.shop.svc.cluster.local',
    ports: [{ name: 'http', port: 80 }],
  },
} as KubeObject;
const shop = [namespace('shop'), ...app('shop', 'web'), ...app('shop', 'cart'), strict];
/** In the version that all releases since 1.5 know. */
const inBeta = (object: KubeObject): KubeObject =>
  object.kind === 'PeerAuthentication' ? { ...object, apiVersion: 'security.istio.io/v1beta1' } : object;

const upgrade = (objects: readonly KubeObject[], from: string, to: string): Upgrade => {
  const text = objects.map((object) => stringify(inBeta(object))).join('---\n');
  return upgradeOf(readManifests([{ file: 'mesh.yaml', text }]), { from, to });
};

test('nothing changes where no rule differs', () => {
  const { comparison } = upgrade(shop, '1.24', '1.30');
  expect(comparison).toMatchObject({ pairs: [], compared: 6, notJudged: 0 });
});

test('each change has the rules that hold in one of the releases alone', () => {
  const { comparison, gates } = upgrade([...shop, alias], '1.20', '1.31');
  expect(
    comparison.pairs.map(({ how, servers, before, after }) => [how, servers.map(nameOfServer), before, after]),
  ).toEqual([['gains', ['alias.shop:80'], 'broken: 503', 'mutual TLS']]);
  expect([...gates.values()].flat()).toMatchObject([
    { rule: 'external-name.external', until: '1.21' },
    { rule: 'external-name.alias', since: '1.21' },
  ]);
});

test('the way back breaks what the way there has mended', () => {
  const { comparison } = upgrade([...shop, alias], '1.31', '1.20');
  expect(comparison.pairs.map(({ how }) => how)).toEqual(['breaks']);
});

test('the same release, and one that is none, are refused', () => {
  expect(() => upgrade(shop, '1.31', '1.31')).toThrow('--to: the mesh has Istio 1.31 already');
  expect(() => upgrade(shop, '1.31', 'newest')).toThrow('"newest" is not an Istio release');
});

test('that nothing breaks is not said of nothing', () => {
  expect(() => assertJudged(upgrade([namespace('shop')], '1.20', '1.31'))).toThrow('has no pair to compare');
  const filter = policy('networking.istio.io/v1alpha3', 'EnvoyFilter', 'istio-system', 'x', {});
  expect(() => assertJudged(upgrade([...shop, filter], '1.20', '1.31'))).toThrow(
    'None of 6 pairs can be judged: EnvoyFilter istio-system/x acts on',
  );
});

test('what the older release does not serve is named, since it cannot be on it', () => {
  const text = shop.map((object) => stringify(object)).join('---\n');
  const snapshot = readManifests([{ file: 'mesh.yaml', text }]);
  const { notes } = upgradeOf(snapshot, { from: '1.20', to: '1.31' });
  expect(notes[0]).toContain('Istio 1.20 does not serve the API version of PeerAuthentication shop/default: taken as');
  expect(upgrade(shop, '1.20', '1.31').notes.join()).not.toContain('does not serve');
});

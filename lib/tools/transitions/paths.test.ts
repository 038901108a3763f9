import { predict } from '../../model/predict.ts';
import { parseRelease } from '../../model/world/release.ts';
import { topologyOf } from '../../model/world/topology.ts';
import { workloadObjects } from '../../scenario/manifests.ts';
import { topology } from '../../scenario/topology.ts';
import { inOrder, paths } from './paths.ts';
import { objectsOf, pathName } from './settings.ts';
import type { Setting } from './types.ts';

const named = (...names: string[]) => paths.filter(({ name }) => names.includes(name));

test('every ordered pair of modes, and of rules at PERMISSIVE', () => {
  const pairs = paths.filter(({ settings }) => settings.length === 2).map(({ name }) => name);
  const modes = ['none', 'permissive', 'strict', 'disable'];
  const rules = ['permissive', 'permissive+disable', 'permissive+istio_mutual'];
  for (const some of [modes, rules]) {
    const wanted = some.flatMap((from) => some.filter((to) => to !== from).map((to) => `${from}:${to}`));
    expect(pairs).toEqual(expect.arrayContaining(wanted));
  }
});

test('each path is there once, and each aim has its direct path beside those in steps', () => {
  expect(new Set(paths.map(({ name }) => name)).size).toBe(paths.length);
  const byAim = Map.groupBy(paths, ({ aim }) => aim);
  byAim.delete(undefined);
  expect(byAim.size).toBeGreaterThan(3);
  for (const ways of byAim.values()) {
    expect(new Set(ways.map(({ settings }) => pathName([settings[0], settings.at(-1)] as Setting[]))).size).toBe(1);
    expect(ways.map(({ settings }) => settings.length).sort()[0]).toBe(2);
    expect(ways.length).toBeGreaterThan(2);
  }
});

test('each change on a path changes something, and in steps one object at a time', () => {
  for (const { settings } of paths) {
    for (const [at, after] of settings.slice(1).entries()) {
      const before = settings[at] as Setting;
      const changed = [before.mode !== after.mode, before.rule !== after.rule].filter(Boolean).length;
      expect(changed).toBeGreaterThan(0);
      if (settings.length > 2) expect(changed).toBe(1);
    }
  }
});

test('every path begins and ends where the model says that the client is answered', () => {
  const { client, server, world } = onTopology();
  const kinds = (setting: Setting) =>
    predict({ ...world, policies: objectsOf(setting) }, { client, server, protocol: 'http' }).outcomes.map(
      ({ outcome }) => outcome.kind,
    );
  for (const { settings } of paths) {
    for (const end of [settings[0], settings.at(-1)]) expect(['mtls', 'plain']).toContain(kinds(end as Setting)[0]);
  }
  expect(kinds({ mode: 'STRICT', rule: 'DISABLE' })).toEqual(['unavailable']);
});

test('paths follow each other where one ends and another begins, and none is left out', () => {
  const some = named('none:strict', 'permissive:disable', 'strict:permissive', 'disable:none');
  expect(inOrder(some, 'none').map(({ name }) => name)).toEqual([
    'none:strict',
    'strict:permissive',
    'permissive:disable',
    'disable:none',
  ]);
  const apart = named('none:strict', 'permissive+disable:permissive');
  expect(inOrder(apart, 'permissive').map(({ name }) => name)).toEqual(apart.map(({ name }) => name));
  expect(inOrder(paths, 'none')).toHaveLength(paths.length);
});

function onTopology() {
  const { namespaces } = topology('auto-mtls');
  const own = Object.fromEntries(namespaces.map((name) => [name, name]));
  const release = parseRelease('1.31');
  const mesh = { release, rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: true };
  return {
    world: { mesh, ...topologyOf(workloadObjects([topology('auto-mtls')], own), release) },
    client: { namespace: 'full', name: 'sleep' },
    server: { namespace: 'full', name: 'httpbin', port: 8000 },
  };
}

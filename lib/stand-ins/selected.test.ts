import { app, namespace, networking, policy } from '../survey/fixtures.ts';
import type { Snapshot } from '../survey/snapshot.ts';
import { manifestsOf } from './fixtures.ts';
import { type OwnMesh, ownMesh } from './own-mesh.ts';
import { representing } from './selected.ts';

/** Ten clients that come to the same at each port, and one without a sidecar, besides the outsider. */
const names = Array.from({ length: 10 }, (_, index) => `app-${index}`);
const objects = [
  namespace('shop'),
  ...names.flatMap((name) => app('shop', name)),
  ...app('shop', 'bare', { sidecar: false }),
];
const manifests = manifestsOf(objects);
const own = ownMesh(manifests, { name: 'shop' });
/** 12 clients at 11 ports. */
const ALL = 132;

const clientsAt = ({ traffic }: OwnMesh, to: string): string[] =>
  traffic.filter((pair) => pair.to === to).map(({ from }) => from);
const counts = ({ traffic }: OwnMesh): number[] =>
  [...Map.groupBy(traffic, ({ from }) => from)]
    .filter(([from]) => from.startsWith('shop/app-'))
    .map(([, all]) => all.length);

test('up to the limit, every pair is asked', () => {
  expect(own.traffic).toHaveLength(ALL);
  expect(representing(own, [manifests], ALL)).toBe(own);
});

test('beyond it, each port is asked by one of each group at least, and by more up to the limit', () => {
  const few = representing(own, [manifests], 10);
  // Those with a sidecar, and those without.
  expect(few.traffic).toHaveLength(22);
  for (const name of [...names, 'bare']) {
    const clients = clientsAt(few, `shop/${name}`);
    expect(clients.filter((from) => from.startsWith('shop/app-'))).toHaveLength(1);
    expect(clients.filter((from) => !from.startsWith('shop/app-'))).toHaveLength(1);
  }
  expect(representing(own, [manifests], 60).traffic).toHaveLength(60);
});

test('all clients are about as busy', () => {
  const busy = counts(representing(own, [manifests], 60));
  expect(busy).toHaveLength(10);
  expect(Math.max(...busy) - Math.min(...busy)).toBeLessThanOrEqual(1);
});

test('who comes to something else in any step is a group of its own', () => {
  const apart = policy(networking, 'DestinationRule', 'shop', 'app-1', {
    host: 'app-1',
    workloadSelector: { matchLabels: { app: 'app-3' } },
    trafficPolicy: { tls: { mode: 'DISABLE' } },
  });
  const then = manifestsOf([...objects, apart]);
  const apps = (steps: Snapshot[]): string[] =>
    clientsAt(representing(own, steps, 10), 'shop/app-1').filter((from) => from.startsWith('shop/app-'));
  expect(apps([manifests])).toEqual(['shop/app-1']);
  expect(apps([manifests, then]).sort()).toEqual(['shop/app-1', 'shop/app-3']);
});

test('the topology has the pairs that are asked, and the outsider’s controls', () => {
  const { topology, traffic } = representing(own, [manifests], 30);
  const controls = topology.traffic.filter((pair) => !traffic.includes(pair));
  expect(topology.traffic).toHaveLength(traffic.length + controls.length);
  expect(controls).toHaveLength(12);
  expect(new Set(controls.map(({ to }) => to))).toEqual(new Set(['outsider/outsider']));
});

import { greetingOf } from '../lib/model/server-first.ts';
import type { KubeObject } from '../lib/model/types.ts';
import { parseRelease } from '../lib/model/world/release.ts';
import { topologyOf } from '../lib/model/world/topology.ts';
import { workloadObjects } from '../lib/scenario/manifests.ts';
import { scenariosOf } from '../lib/scenario/scenario.ts';
import { topology } from '../lib/scenario/topology.ts';
import { serverFirst } from './server-first.ts';

const scenarios = new Map(scenariosOf(serverFirst).map((step) => [step.title, step]));

function greeting(title: string, istio: string, client: string, server = 'inside'): string {
  const release = parseRelease(istio);
  const mesh = { release, rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: true };
  const there = topologyOf(workloadObjects([topology('ports')], {}), release);
  const world = { mesh, ...there, policies: scenarios.get(title)?.objects as KubeObject[] };
  const question = {
    client: { namespace: client, name: 'sleep' },
    server: { namespace: server, name: 'echo', port: 9000 },
  };
  return greetingOf(world, question).comesTo;
}

describe.each(['1.10', '1.16', '1.20', '1.24', '1.31'])('on %s', (istio) => {
  // Istio's own test says of all that fails only that it does.
  test.each<[string, string, string]>([
    ['a rule DISABLE to DISABLE', '✓', 'greeted'],
    ['a rule DISABLE to PERMISSIVE', '✗', 'silent'],
    ['a rule DISABLE to STRICT', '✗', 'silent'],
    ['a rule ISTIO_MUTUAL to DISABLE', '✗', 'closed'],
    ['a rule ISTIO_MUTUAL to PERMISSIVE', '✓', 'greeted'],
    ['a rule ISTIO_MUTUAL to STRICT', '✓', 'greeted'],
  ])('%s: %s, as Istio’s own test expects', (title, mark, expected) => {
    const came = greeting(title, istio, 'inside');
    expect([came, came === 'greeted' ? '✓' : '✗']).toEqual([expected, mark]);
  });

  test('without a sidecar a client speaks plain text, and a server greets at once', () => {
    expect(greeting('a rule ISTIO_MUTUAL to PERMISSIVE', istio, 'outside')).toBe('silent');
    expect(greeting('a rule ISTIO_MUTUAL to DISABLE', istio, 'outside')).toBe('greeted');
    expect(greeting('a rule DISABLE to STRICT', istio, 'outside', 'outside')).toBe('greeted');
    expect(greeting('a rule DISABLE to STRICT', istio, 'inside', 'outside')).toBe('greeted');
  });
});

test('these ports are asked by no other request', () => {
  expect(topology('ports').traffic.filter(({ port }) => port === 9000)).toEqual([]);
});

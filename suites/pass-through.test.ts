import { brief } from '../lib/model/fixtures.ts';
import { predict } from '../lib/model/predict.ts';
import type { KubeObject } from '../lib/model/types.ts';
import { parseRelease } from '../lib/model/world/release.ts';
import { topologyOf } from '../lib/model/world/topology.ts';
import { workloadObjects } from '../lib/scenario/manifests.ts';
import { scenariosOf } from '../lib/scenario/scenario.ts';
import { topology } from '../lib/scenario/topology.ts';
import { questionOf } from '../lib/scenario/traffic.ts';
import { passThroughPorts } from './pass-through.ts';

/** What Istio's own test expects of each port: plain text, and mutual TLS. */
const expected: Record<string, string> = {
  'the one port: DISABLE': '✓✗',
  'the one port: STRICT': '✗✓',
  'the one port: PERMISSIVE': '✓✓',
  'the one port: DISABLE, but STRICT for one port': '✗✓',
  'the one port: STRICT, but DISABLE for one port': '✓✗',
  'the one port: PERMISSIVE, but STRICT for one port': '✗✓',
  'the one port: STRICT, but PERMISSIVE for one port': '✓✓',
  'the one port: PERMISSIVE, but DISABLE for one port': '✓✗',
  'the one port: DISABLE, but PERMISSIVE for one port': '✓✓',
  'another port: DISABLE': '✓✗',
  'another port: STRICT': '✗✓',
  'another port: PERMISSIVE': '✓✓',
  'another port: DISABLE, but STRICT for one port': '✓✗',
  'another port: STRICT, but DISABLE for one port': '✗✓',
  'another port: PERMISSIVE, but STRICT for one port': '✓✓',
  'another port: STRICT, but PERMISSIVE for one port': '✗✓',
  'another port: PERMISSIVE, but DISABLE for one port': '✓✓',
  'another port: DISABLE, but PERMISSIVE for one port': '✓✗',
};

const scenarios = new Map(scenariosOf(passThroughPorts).map((step) => [step.title, step]));

function comesTo(title: string, istio: string): string[] {
  const release = parseRelease(istio);
  const step = scenarios.get(title);
  const mesh = { release, rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: true };
  const there = topologyOf(workloadObjects([topology('ports')], {}), release);
  const world = { mesh, ...there, policies: step?.objects as KubeObject[] };
  return (step?.traffic ?? []).map((one) => brief(predict(world, questionOf(one, {}))));
}

test('all nine are there, for both ports', () => {
  expect([...scenarios.keys()]).toEqual(expect.arrayContaining(Object.keys(expected)));
});

describe.each(['1.10', '1.16', '1.20', '1.24', '1.31'])('on %s', (istio) => {
  test.each(Object.keys(expected))('%s comes to what Istio’s own test expects', (title) => {
    const marks = comesTo(title, istio).map((one) => (one === 'm' || one === 'p' ? '✓' : '✗'));
    expect(marks.join('')).toBe(expected[title]);
  });
});

test('what is refused is refused as on other ports', () => {
  expect(comesTo('the one port: DISABLE', '1.31')).toEqual(['p', '52/56']);
  expect(comesTo('the one port: STRICT', '1.31')).toEqual(['56', 'm']);
});

test('before 1.9 a mode of a port does nothing for one that no Service declares', () => {
  expect(comesTo('the one port: DISABLE, but STRICT for one port', '1.8')).toEqual(
    comesTo('the one port: DISABLE', '1.8'),
  );
});

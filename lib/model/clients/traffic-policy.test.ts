import { destinationRule } from '../fixtures.ts';
import type { DestinationRule, TlsMode, TrafficPolicy } from '../types.ts';
import { parseRelease } from '../world/release.ts';
import { markOnEndpoint, policyInForce } from './traffic-policy.ts';

const tls = (mode: TlsMode): TrafficPolicy => ({ tls: { mode } });
const at = (number: number, own: object = {}) => ({ port: { number }, ...own });
const passThrough = { loadBalancer: { simple: 'PASSTHROUGH' } };

type Subset = NonNullable<DestinationRule['spec']['subsets']>[number];

const inForce = (rule: DestinationRule, port: number, subset?: Subset, release = '1.31') =>
  policyInForce(rule, port, subset, parseRelease(release));

describe('the effective TLS mode on port 8000', () => {
  test.each<[string, TrafficPolicy | undefined, TlsMode | undefined]>([
    ['no traffic policy', undefined, undefined],
    ['one without tls', {}, undefined],
    ['the top level', tls('SIMPLE'), 'SIMPLE'],
    ['tls without a mode is DISABLE', { tls: {} }, 'DISABLE'],
    ['port settings', { portLevelSettings: [at(8000, tls('DISABLE'))] }, 'DISABLE'],
    [
      'port settings over the top level',
      { ...tls('SIMPLE'), portLevelSettings: [at(8000, tls('DISABLE'))] },
      'DISABLE',
    ],
    ['port settings of another port', { ...tls('SIMPLE'), portLevelSettings: [at(80, tls('DISABLE'))] }, 'SIMPLE'],
    [
      'port settings without tls take it back to auto mTLS',
      { ...tls('SIMPLE'), portLevelSettings: [at(8000)] },
      undefined,
    ],
  ])('%s', (_, policy, mode) => {
    expect(inForce(destinationRule('full/r', 'httpbin', policy), 8000).tls?.mode).toBe(mode);
  });

  test.each<[string, TrafficPolicy | undefined, TrafficPolicy | undefined, TlsMode | undefined]>([
    ['inherits the top level', tls('SIMPLE'), undefined, 'SIMPLE'],
    ['over the top level', tls('SIMPLE'), tls('DISABLE'), 'DISABLE'],
    ['without tls', tls('SIMPLE'), {}, 'SIMPLE'],
    ['alone', undefined, tls('DISABLE'), 'DISABLE'],
    [
      'its port settings',
      tls('SIMPLE'),
      { ...tls('MUTUAL'), portLevelSettings: [at(8000, tls('DISABLE'))] },
      'DISABLE',
    ],
    ['its port settings without tls', tls('SIMPLE'), { ...tls('MUTUAL'), portLevelSettings: [at(8000)] }, undefined],
    ['over the top’s port settings', { portLevelSettings: [at(8000, tls('SIMPLE'))] }, tls('DISABLE'), 'DISABLE'],
    [
      'inherits the top’s port settings',
      { ...tls('MUTUAL'), portLevelSettings: [at(8000, tls('SIMPLE'))] },
      undefined,
      'SIMPLE',
    ],
  ])('a subset: %s', (_, top, own, mode) => {
    const subset = { name: 'v1', ...(own === undefined ? {} : { trafficPolicy: own }) };
    const rule = destinationRule('full/r', 'httpbin', top, { subsets: [subset] });
    expect(inForce(rule, 8000, subset).tls?.mode).toBe(mode);
  });

  test.each<[string, TrafficPolicy | undefined, TlsMode | undefined]>([
    ['1.10', undefined, 'MUTUAL'],
    ['1.10', {}, 'SIMPLE'],
    ['1.11', undefined, 'SIMPLE'],
  ])('in %s a subset with policy %j has of the top’s port settings', (release, own, mode) => {
    const subset = { name: 'v1', ...(own === undefined ? {} : { trafficPolicy: own }) };
    const top = { ...tls('MUTUAL'), portLevelSettings: [at(8000, tls('SIMPLE'))] };
    expect(inForce(destinationRule('full/r', 'httpbin', top), 8000, subset, release)).toMatchObject({
      tls: { mode },
      portLeftOut: mode === 'MUTUAL',
    });
  });
});

describe('where a mode stands, for a person', () => {
  const subset = { name: 'v1', trafficPolicy: { portLevelSettings: [at(8000, tls('DISABLE'))] } };
  const rule = destinationRule('full/r', 'httpbin', 'SIMPLE', { subsets: [subset] });
  const byPort = destinationRule('full/r', 'httpbin', { portLevelSettings: [at(8000, tls('DISABLE'))] });

  test.each([
    [inForce(rule, 8000).level, ''],
    [inForce(rule, 8000, subset).level, ' in subset v1 for its port 8000'],
    [inForce(rule, 80, subset).level, ''],
    [inForce(byPort, 8000).level, ' for its port 8000'],
  ])('"%s"', (level, expected) => {
    expect(level).toBe(expected);
  });
});

describe('PASSTHROUGH', () => {
  test.each<[string, TrafficPolicy, TrafficPolicy | undefined, boolean, boolean]>([
    ['top level', passThrough, undefined, true, true],
    ['another balancer', { loadBalancer: { simple: 'RANDOM' } }, undefined, false, false],
    ['port settings alone', { portLevelSettings: [at(8000, passThrough)] }, undefined, true, false],
    ['a subset’s', {}, passThrough, true, true],
    ['inherited by a subset', passThrough, {}, true, false],
    ['a subset’s other balancer comes too late', passThrough, { loadBalancer: { simple: 'RANDOM' } }, true, false],
    ['port settings without a balancer', { ...passThrough, portLevelSettings: [at(8000)] }, undefined, false, true],
  ])('%s', (_, top, own, passes, looks) => {
    const subset = own && { name: 'v1', trafficPolicy: own };
    expect(inForce(destinationRule('full/r', 'httpbin', top), 8000, subset)).toMatchObject({
      passThrough: passes,
      looksAtAllEndpoints: looks,
    });
  });
});

describe('the mode that marks an endpoint', () => {
  const [v1, v2] = [
    { name: 'v1', labels: { version: 'v1' }, trafficPolicy: tls('DISABLE') },
    { name: 'v2', labels: { version: 'v2' } },
  ];
  const marksUnder = (top: TlsMode, release: string) => {
    const rule = destinationRule(
      'full/r',
      'httpbin',
      { ...tls(top), portLevelSettings: [at(8000)] },
      { subsets: [v1, v2] },
    );
    const mark = (asked: Subset | undefined, version: string) =>
      markOnEndpoint(rule, 8000, asked, { version }, parseRelease(release))?.mode;
    return [mark(v1, 'v1'), mark(v2, 'v2'), mark(undefined, 'v1'), mark(undefined, 'v3')];
  };

  type Marks = (TlsMode | undefined)[];
  test.each<[string, Marks, Marks]>([
    ['1.11', [undefined, undefined, undefined, undefined], [undefined, undefined, undefined, undefined]],
    ['1.12', ['DISABLE', 'ISTIO_MUTUAL', 'DISABLE', 'ISTIO_MUTUAL'], ['DISABLE', undefined, 'DISABLE', undefined]],
    ['1.18', ['DISABLE', 'ISTIO_MUTUAL', 'DISABLE', 'ISTIO_MUTUAL'], ['DISABLE', undefined, 'DISABLE', undefined]],
    ['1.19', ['DISABLE', undefined, 'ISTIO_MUTUAL', 'ISTIO_MUTUAL'], ['DISABLE', undefined, undefined, undefined]],
    ['1.20', ['DISABLE', undefined, 'ISTIO_MUTUAL', 'ISTIO_MUTUAL'], ['DISABLE', undefined, 'SIMPLE', 'SIMPLE']],
    ['1.30', ['DISABLE', undefined, 'ISTIO_MUTUAL', 'ISTIO_MUTUAL'], ['DISABLE', undefined, 'SIMPLE', 'SIMPLE']],
    ['1.31', ['DISABLE', 'ISTIO_MUTUAL', 'ISTIO_MUTUAL', 'ISTIO_MUTUAL'], ['DISABLE', 'SIMPLE', 'SIMPLE', 'SIMPLE']],
  ])('in %s', (release, underMutual, underSimple) => {
    expect(marksUnder('ISTIO_MUTUAL', release)).toEqual(underMutual);
    expect(marksUnder('SIMPLE', release)).toEqual(underSimple);
  });
});

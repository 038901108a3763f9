import { destinationRule } from './fixtures.ts';
import { parseRelease } from './release.ts';
import { modeOnEndpoint, policyInForce } from './traffic-policy.ts';
import type { TlsMode, TrafficPolicy } from './types.ts';

const tls = (mode: TlsMode): TrafficPolicy => ({ tls: { mode } });
const at = (number: number, own: object = {}) => ({ port: { number }, ...own });
const passThrough = { loadBalancer: { simple: 'PASSTHROUGH' } };

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
    expect(policyInForce(destinationRule('full/r', 'httpbin', policy), 8000).tls?.mode).toBe(mode);
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
    expect(policyInForce(rule, 8000, subset).tls?.mode).toBe(mode);
  });
});

describe('where a mode stands, for a person', () => {
  const subset = { name: 'v1', trafficPolicy: { portLevelSettings: [at(8000, tls('DISABLE'))] } };
  const rule = destinationRule('full/r', 'httpbin', 'SIMPLE', { subsets: [subset] });
  const byPort = destinationRule('full/r', 'httpbin', { portLevelSettings: [at(8000, tls('DISABLE'))] });

  test.each([
    [policyInForce(rule, 8000).level, ''],
    [policyInForce(rule, 8000, subset).level, ' in subset v1 for its port 8000'],
    [policyInForce(rule, 80, subset).level, ''],
    [policyInForce(byPort, 8000).level, ' for its port 8000'],
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
  ])('%s', (_, top, own, passes, looks) => {
    const subset = own && { name: 'v1', trafficPolicy: own };
    expect(policyInForce(destinationRule('full/r', 'httpbin', top), 8000, subset)).toMatchObject({
      passThrough: passes,
      looksAtAllEndpoints: looks,
    });
  });
});

describe('the mode that marks an endpoint', () => {
  const subsets = [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: tls('DISABLE') }];
  const rule = destinationRule('full/r', 'httpbin', { ...tls('SIMPLE'), portLevelSettings: [at(8000)] }, { subsets });
  const [v1] = subsets;

  test.each<[string, TlsMode | undefined, TlsMode | undefined, TlsMode | undefined]>([
    ['1.11', undefined, undefined, undefined],
    ['1.12', 'DISABLE', 'DISABLE', undefined],
    ['1.18', 'DISABLE', 'DISABLE', undefined],
    ['1.19', 'DISABLE', 'SIMPLE', 'SIMPLE'],
    ['1.31', 'DISABLE', 'SIMPLE', 'SIMPLE'],
  ])('in %s', (release, ofSubsetAsked, ofSubsetNotAsked, ofOther) => {
    const mark = (asked: typeof v1 | undefined, version: string) =>
      modeOnEndpoint(rule, 8000, asked, { version }, parseRelease(release));
    expect([mark(v1, 'v1'), mark(undefined, 'v1'), mark(undefined, 'v2')]).toEqual([
      ofSubsetAsked,
      ofSubsetNotAsked,
      ofOther,
    ]);
  });
});

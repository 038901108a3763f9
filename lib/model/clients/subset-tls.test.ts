import { destinationRule } from '../fixtures.ts';
import type { TlsMode, TrafficPolicy } from '../types.ts';
import { parseRelease } from '../world/release.ts';
import { oldSubset } from './subset-tls.ts';

const tls = (mode: TlsMode): TrafficPolicy => ({ tls: { mode } });
const atPort = (settings: object): TrafficPolicy => ({ portLevelSettings: [{ port: { number: 8000 }, ...settings }] });

/** The mode of a subset's cluster and where it stands, or `auto`. */
function modeOn(release: string, top: TrafficPolicy | undefined, own: TrafficPolicy | undefined, auto = true): string {
  const subset = { name: 'v1', ...(own !== undefined && { trafficPolicy: own }) };
  const rule = destinationRule('full/r', 'httpbin', top, { subsets: [subset] });
  const found = oldSubset(rule, 8000, subset, { release: parseRelease(release), auto });
  if (found === undefined) return 'merged';
  return found.tls === undefined ? 'auto' : `${found.tls.mode}${found.level}`;
}

type Case = [string, TrafficPolicy | undefined, TrafficPolicy | undefined, string, string, string, string];

test.each<Case>([
  ['nothing set', undefined, undefined, 'auto', 'auto', 'auto', 'auto'],
  ['no settings of its own', tls('SIMPLE'), undefined, 'auto', 'auto', 'SIMPLE', 'SIMPLE'],
  ['none for TLS', tls('SIMPLE'), {}, 'auto', 'auto', 'auto', 'auto'],
  ['a mode of its own', tls('SIMPLE'), tls('ISTIO_MUTUAL'), ...four('ISTIO_MUTUAL in subset v1')],
  ['DISABLE over plain text', tls('DISABLE'), tls('DISABLE'), ...four('DISABLE in subset v1')],
  [
    'DISABLE over TLS',
    tls('SIMPLE'),
    tls('DISABLE'),
    ...(['DISABLE in subset v1', 'SIMPLE', 'SIMPLE', 'SIMPLE'] as const),
  ],
  [
    'a mode where the top level has none',
    undefined,
    tls('SIMPLE'),
    ...(['auto', 'auto', 'SIMPLE in subset v1', 'SIMPLE in subset v1'] as const),
  ],
  [
    'settings of the rule’s port',
    { ...tls('MUTUAL'), ...atPort(tls('SIMPLE')) },
    undefined,
    ...(['auto', 'auto', 'SIMPLE for its port 8000', 'SIMPLE for its port 8000'] as const),
  ],
])('%s: in 1.4, 1.5, 1.6 and 1.7', (_, top, own, ...modes) => {
  expect(['1.4', '1.5', '1.6', '1.7'].map((release) => modeOn(release, top, own))).toEqual(modes);
});

function four(mode: string): [string, string, string, string] {
  return [mode, mode, mode, mode];
}

test('without auto mTLS the top level’s stays where the subset sets none', () => {
  for (const release of ['1.4', '1.7']) {
    expect(modeOn(release, tls('SIMPLE'), undefined, false)).toBe('SIMPLE');
    expect(modeOn(release, tls('SIMPLE'), {}, false)).toBe('SIMPLE');
    expect(modeOn(release, tls('SIMPLE'), atPort({}), false)).toBe('SIMPLE');
    expect(modeOn(release, undefined, tls('DISABLE'), false)).toBe('DISABLE in subset v1');
  }
});

test('from 1.8 both are merged first', () => {
  expect(modeOn('1.8', tls('SIMPLE'), {})).toBe('merged');
});

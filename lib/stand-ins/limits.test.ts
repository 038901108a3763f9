import { networking, policy } from '../survey/fixtures.ts';
import { isLimited, withoutLimits } from './limits.ts';

const pool = { connectionPool: { tcp: { maxConnections: 1 } }, outlierDetection: { consecutive5xxErrors: 1 } };
const rule = (spec: object) => policy(networking, 'DestinationRule', 'shop', 'web', { host: 'web', ...spec });

test('limits of requests are left out at each level, and no empty policy is left, which an API server refuses', () => {
  const tls = { mode: 'DISABLE' };
  const full = rule({
    trafficPolicy: { tls, ...pool, portLevelSettings: [{ port: { number: 80 }, ...pool }] },
    subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: pool }],
  });
  expect(isLimited(full)).toBe(true);
  expect(withoutLimits(full)).toEqual(
    rule({
      trafficPolicy: {
        tls,
        // Where nothing stood, the port would have the settings of all.
        portLevelSettings: [{ port: { number: 80 }, loadBalancer: { simple: 'LEAST_REQUEST' } }],
      },
      subsets: [{ name: 'v1', labels: { version: 'v1' } }],
    }),
  );
});

test('a port keeps what else it says', () => {
  const settings = (more: object) =>
    rule({ trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'DISABLE' }, ...more }] } });
  expect(withoutLimits(settings(pool))).toEqual(settings({}));
});

test('what has none stays as it is', () => {
  const plain = rule({ trafficPolicy: { tls: { mode: 'DISABLE' }, loadBalancer: { simple: 'RANDOM' } } });
  expect(isLimited(plain)).toBe(false);
  expect(withoutLimits(plain)).toBe(plain);
});

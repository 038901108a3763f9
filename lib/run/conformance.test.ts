import { suites } from '../../suites/index.ts';
import { parseRelease } from '../model/world/release.ts';
import type { Cluster } from '../platform/clusters/types.ts';
import { InconclusiveError, UsageError } from '../platform/errors.ts';
import type { Results } from '../results/types.ts';
import type { Suite } from '../scenario/suite.ts';
import { assertAgreement, assertOnRelease, planOf } from './conformance.ts';

const owning = (owned: boolean) => {
  const cluster: Cluster = { provider: 'current', name: 'c', kubeconfig: '/k', owned };
  return { cluster, notes: [], stays: true, release: async () => {} };
};

function skipped(options: { owned: boolean; meshWide: boolean; keep: boolean }): Record<string, string> {
  const plan = planOf({ ...options, suites, acquired: owning(options.owned) });
  expect(plan.map(({ suite }) => suite)).toEqual(suites);
  return Object.fromEntries(plan.flatMap((one) => (one.skipped === undefined ? [] : [[one.suite.name, one.skipped]])));
}

describe('which suites are played', () => {
  test('all on a cluster of our own', () => {
    expect(skipped({ owned: true, meshWide: false, keep: false })).toEqual({});
  });

  test('what changes the mesh for everybody only by leave, elsewhere', () => {
    expect(skipped({ owned: false, meshWide: false, keep: false })).toEqual({
      'auto-off': expect.stringContaining('--mesh-wide'),
      'rules-mesh-wide': expect.stringContaining('--mesh-wide'),
      reachability: expect.stringContaining('--mesh-wide'),
    });
    expect(skipped({ owned: false, meshWide: true, keep: false })).toEqual({});
  });

  test('no cleanup where everything is kept', () => {
    expect(skipped({ owned: true, meshWide: false, keep: true })).toEqual({
      cleanup: expect.stringContaining('--keep'),
    });
  });
});

test('a suite whose topology an old release cannot run is refused there', () => {
  const planned = [{ name: 'a' }, { name: 'b', since: '1.13' }];
  for (const istio of ['1.13', '1.31']) assertOnRelease(planned, parseRelease(istio));
  expect(() => assertOnRelease(planned, parseRelease('1.12'))).toThrow(
    new UsageError('The suite b cannot run on Istio 1.12: it needs 1.13 or newer. Leave it out of --suite.'),
  );
});

describe('the player and the results must agree', () => {
  const results = (...verdicts: string[]) =>
    ({ suites: [{ name: 'a', steps: verdicts.map((verdict) => ({ kind: 'check', verdict })) }] }) as unknown as Results;
  const planned = (steps: number): Suite[] => [
    {
      name: 'a',
      title: '',
      about: '',
      topology: 'auto-mtls',
      steps: Array.from({ length: steps }, () => ({ kind: 'check', title: '', check: 'ready' })),
    },
  ];

  test('they do', () => {
    assertAgreement({ passed: 1, failed: 2 }, results('pass', 'fail', 'inconclusive'), planned(3));
    assertAgreement({ passed: 0, failed: 0 }, results(), []);
  });

  test.each([
    ['a test that was never played', { passed: 1, failed: 0 }, ['pass', 'pass']],
    ['a failure that the player took for a pass', { passed: 2, failed: 0 }, ['pass', 'fail']],
    ['a pass that the player took for a failure', { passed: 0, failed: 1 }, ['pass']],
    ['a test that no result stands for', { passed: 2, failed: 0 }, ['pass']],
    ['nothing at all', { passed: 0, failed: 0 }, ['inconclusive']],
  ])('%s', (_, played, verdicts) => {
    const check = () => assertAgreement(played, results(...verdicts), planned(verdicts.length));
    expect(check).toThrow(InconclusiveError);
    expect(check).toThrow('neither can be trusted');
  });

  test('a step that neither has', () => {
    expect(() => assertAgreement({ passed: 1, failed: 0 }, results('pass'), planned(2))).toThrow(
      new InconclusiveError('Jest did not run every step of a: what is missing is unknown.'),
    );
    expect(() => assertAgreement({ passed: 0, failed: 0 }, { ...results(), suites: [] }, planned(1))).toThrow('of a:');
  });
});

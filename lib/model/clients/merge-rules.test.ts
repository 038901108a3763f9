import { destinationRule } from '../fixtures.ts';
import { oldWaysOf } from '../rules/rule-gates.ts';
import type { DestinationRule, TlsMode } from '../types.ts';
import { parseRelease } from '../world/release.ts';
import { mergeRules } from './merge-rules.ts';

const host = 'httpbin.org';

interface Changes {
  exportTo?: string[];
  subsets?: string[];
  app?: string;
  created?: string;
}

function rule(name: string, mode?: TlsMode, { subsets, app, ...more }: Changes = {}): DestinationRule {
  return destinationRule(`test/${name}`, host, mode, {
    ...more,
    ...(subsets === undefined ? {} : { subsets: subsets.map((one) => ({ name: one })) }),
    ...(app === undefined ? {} : { workloadSelector: { matchLabels: { app } } }),
  });
}

/** Each merged rule as `names of the rules in it: mode [subsets]`. */
function merged(rules: DestinationRule[], release = '1.31'): string[] {
  return mergeRules(rules, oldWaysOf(parseRelease(release))).map(({ rule: { spec }, from }) => {
    const names = from.map(({ metadata }) => metadata.name).join('+');
    const subsets = (spec.subsets ?? []).map(({ name }) => name).join(',');
    return `${names}: ${spec.trafficPolicy?.tls?.mode ?? 'none'} [${subsets}]`;
  });
}

describe('rules for one host of one namespace', () => {
  test.each<[string, DestinationRule[], string[]]>([
    [
      'subsets add up',
      [rule('a', undefined, { subsets: ['1'] }), rule('b', undefined, { subsets: ['2'] })],
      ['a+b: none [1,2]'],
    ],
    [
      'the oldest rule’s top level stands',
      [
        rule('a', 'SIMPLE', { created: '2026-01-01T00:00:01Z' }),
        rule('b', 'DISABLE', { created: '2026-01-01T00:00:00Z' }),
      ],
      ['b+a: DISABLE []'],
    ],
    [
      'a top level comes from the oldest that has one',
      [rule('a'), rule('b', 'SIMPLE'), rule('c', 'DISABLE')],
      ['a+b+c: SIMPLE []'],
    ],
    [
      'a subset of a known name is left out',
      [rule('a', undefined, { subsets: ['1'] }), rule('b', undefined, { subsets: ['1', '2'] })],
      ['a+b: none [1,2]'],
    ],
    [
      'exportTo in another order is the same',
      [rule('a', 'SIMPLE', { exportTo: ['x', 'y'] }), rule('b', 'DISABLE', { exportTo: ['y', 'x'] })],
      ['a+b: SIMPLE []'],
    ],
    [
      'unlike exportTo stay apart',
      [rule('a', 'SIMPLE', { exportTo: ['.'] }), rule('b', 'DISABLE', { exportTo: ['*'] })],
      ['a: SIMPLE []', 'b: DISABLE []'],
    ],
    [
      'one exported further is merged into the narrower, and is not seen beyond it',
      [rule('a', 'SIMPLE', { exportTo: ['x'] }), rule('b', 'DISABLE', { exportTo: ['x', 'y'], subsets: ['1'] })],
      ['a+b: SIMPLE [1]'],
    ],
  ])('%s', (_, rules, expected) => {
    expect(merged(rules)).toEqual(expected);
  });

  test('before 1.24 exportTo does not keep them apart', () => {
    const rules = [rule('a', 'SIMPLE', { exportTo: ['.'] }), rule('b', 'DISABLE', { exportTo: ['*'], subsets: ['1'] })];
    expect(merged(rules, '1.23')).toEqual(['a+b: SIMPLE [1]']);
    expect(merged(rules, '1.24')).toEqual(['a: SIMPLE []', 'b: DISABLE [1]']);
  });

  test('before 1.22 a younger rule for selected workloads gets into an older one for all', () => {
    const rules = [
      rule('all', undefined, { created: '2026-01-01T00:00:00Z' }),
      rule('one', 'DISABLE', { app: 'app1', created: '2026-01-01T00:00:01Z', subsets: ['1'] }),
    ];
    expect(merged(rules, '1.21')).toEqual(['all+one: DISABLE [1]', 'one: DISABLE [1]']);
    expect(merged(rules, '1.22')).toEqual(['one+all: DISABLE [1]', 'all: none []']);
    expect(merged(rules.toReversed(), '1.21')).toEqual(merged(rules, '1.21'));
  });

  test('before 1.23 ties are by the name with the namespace', () => {
    const created = '2026-01-01T00:00:00Z';
    const rules = [rule('a', 'SIMPLE', { created }), rule('a-b', 'DISABLE', { created })];
    expect(merged(rules, '1.22')).toEqual(['a-b+a: DISABLE []']);
    expect(merged(rules, '1.23')).toEqual(['a+a-b: SIMPLE []']);
  });

  /** istio/istio pilot/pkg/model/push_context_test.go, TestSetDestinationRuleMerging. */
  test('two for all and one for the root namespace', () => {
    const rules = [
      rule('rule1', undefined, { subsets: ['1', '2'] }),
      rule('rule2', undefined, { subsets: ['3', '4'] }),
      rule('rule3', undefined, { subsets: ['5', '6'], exportTo: ['istio-system'] }),
    ];
    expect(merged(rules)).toEqual(['rule1+rule2: none [1,2,3,4]', 'rule3: none [5,6]']);
  });

  /** istio/istio pilot/pkg/model/push_context_test.go, TestSetDestinationRuleWithWorkloadSelector. */
  test('rules for selected workloads stand for themselves, and take in the rule for all', () => {
    const exportTo = ['test2', '.'];
    const rules = [
      rule('rule1', 'MUTUAL', { exportTo, app: 'app1', created: '2026-01-01T00:00:01Z' }),
      rule('rule2', 'SIMPLE', { exportTo, app: 'app2', created: '2026-01-01T00:00:02Z' }),
      rule('rule3', 'SIMPLE', { exportTo, app: 'app2', created: '2026-01-01T00:00:02Z' }),
      rule('rule4', 'SIMPLE', { exportTo, created: '2026-01-01T00:00:00Z' }),
    ];
    expect(merged(rules)).toEqual(['rule1+rule4: MUTUAL []', 'rule2+rule3+rule4: SIMPLE []', 'rule4: SIMPLE []']);
  });

  test('a private rule for all is lost beside one for selected workloads', () => {
    const rules = [rule('a', 'SIMPLE', { app: 'app1' }), rule('b', 'DISABLE', { exportTo: ['.'] })];
    expect(merged(rules)).toEqual(['a+b: SIMPLE []']);
    expect(merged(rules, '1.23')).toEqual(['a+b: SIMPLE []', 'b: DISABLE []']);
  });

  test('the rules that were given stay as they are', () => {
    const rules = [rule('a', undefined, { subsets: ['1'] }), rule('b', 'SIMPLE', { subsets: ['2'] })];
    const before = structuredClone(rules);
    mergeRules(rules, new Set());
    expect(rules).toEqual(before);
  });
});

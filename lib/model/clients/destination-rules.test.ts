import { destinationRule, mesh, service } from '../fixtures.ts';
import type { DestinationRule, TlsMode } from '../types.ts';
import { destinationRulesFor, foundOtherwise, mergedRulesFor, ruleFor, targetOf } from './destination-rules.ts';

const subsets = (...names: string[]) => names.map((name) => ({ name }));
const httpbin = targetOf(service('full/httpbin'));
const exact = 'httpbin.full.svc.cluster.local';

function modeFor(rules: DestinationRule[], client: string, labels: Record<string, string> = {}, release?: string) {
  return ruleFor(rules, { namespace: client, labels }, httpbin, mesh(release))?.rule.spec.trafficPolicy?.tls?.mode;
}

/** The cases of istio/istio pilot/pkg/model/push_context_test.go, TestSetDestinationRuleWithExportTo. */
describe('exportTo', () => {
  const rules = [
    destinationRule('test1/rule1', 'httpbin.org', undefined, { exportTo: ['.', 'ns1'], subsets: subsets('1', '2') }),
    destinationRule('test2/rule2', 'httpbin.org', undefined, {
      exportTo: ['test2', 'ns1', 'test1', 'newNS'],
      subsets: subsets('3', '4'),
    }),
    destinationRule('test3/rule3', 'httpbin.org', undefined, {
      exportTo: ['test1', 'test2', '*'],
      subsets: subsets('5', '6'),
    }),
    destinationRule('test4/local', 'httpbin.org', undefined, { exportTo: ['test4'], subsets: subsets('15', '16') }),
    destinationRule('istio-system/rule4', 'httpbin.org', undefined, { subsets: subsets('7', '8') }),
    destinationRule('istio-system/rule1', 'httpbin.org', undefined, { exportTo: ['.'], subsets: subsets('9', '10') }),
    destinationRule('istio-system/rule2', '*.org', undefined, { exportTo: ['.'], subsets: subsets('11', '12') }),
    destinationRule('istio-system/rule3', '*.app.org', undefined, { exportTo: ['.'], subsets: subsets('13', '14') }),
    destinationRule('test5/rule5', 'api.test.com', undefined, { exportTo: ['istio-system'], subsets: subsets('5-0') }),
    destinationRule('test6/rule6', 'api.test.com', undefined, { exportTo: ['istio-system'], subsets: subsets('6-0') }),
  ];

  test.each([
    ['test1', 'test1', 'httpbin.org', ['1', '2']],
    ['test1', 'test2', 'httpbin.org', ['1', '2']],
    ['test2', 'test1', 'httpbin.org', ['3', '4']],
    ['newNS', 'test2', 'httpbin.org', ['3', '4']],
    ['test3', 'test1', 'httpbin.org', ['5', '6']],
    ['test5', 'test4', 'httpbin.org', ['7', '8']],
    ['ns1', 'test1', 'httpbin.org', ['1', '2']],
    ['ns1', 'random', 'httpbin.org', ['7', '8']],
    ['random', 'random', 'httpbin.org', ['7', '8']],
    ['test3', 'random', 'httpbin.org', ['5', '6']],
    ['istio-system', 'random', 'httpbin.org', ['9', '10']],
    ['istio-system', 'istio-system', 'httpbin.org', ['9', '10']],
    ['istio-system', 'istio-system', 'foo.app.org', ['13', '14']],
    ['istio-system', 'test5', 'api.test.com', ['5-0']],
    ['istio-system', 'test6', 'api.test.com', ['6-0']],
    ['istio-system', 'test7', 'api.test.com', undefined],
  ])('%s asks a Service of %s called %s: subsets %j', (client, namespace, hostname, expected) => {
    const [found] = mergedRulesFor(rules, client, { hostname, namespace }, mesh());
    expect(found?.rule.spec.subsets?.map(({ name }) => name)).toEqual(expected);
  });
});

describe('the mesh’s default of exportTo', () => {
  const rules = [
    destinationRule('full/silent', exact, 'SIMPLE'),
    destinationRule('istio-system/wide', '*', 'DISABLE', { exportTo: ['*'] }),
  ];
  const modeUnder = (client: string, ...destinationRules: string[]) => {
    const scope = mesh('1.31', { exportTo: { destinationRule: destinationRules } });
    return ruleFor(rules, { namespace: client, labels: {} }, httpbin, scope)?.rule.spec.trafficPolicy?.tls?.mode;
  };

  test.each([
    ['its own namespace', 'full', ['.'], 'SIMPLE'],
    ['another one', 'legacy', ['.'], 'DISABLE'],
    ['another one, where it is public', 'legacy', ['*'], 'SIMPLE'],
    ['another one, where it names namespaces, as Istio takes them', 'legacy', ['full'], 'SIMPLE'],
  ])('a rule without exportTo, seen from %s', (_, client, defaults, mode) => {
    expect(modeUnder(client, ...defaults)).toBe(mode);
  });

  test('is told where it decides', () => {
    const scope = mesh('1.31', { exportTo: { destinationRule: ['.'] } });
    const why = (namespace: string) => foundOtherwise(rules, { namespace, labels: {} }, httpbin, scope);
    expect(why('full')).toEqual([]);
    expect(why('legacy').map(({ rule, text }) => [rule, text.split(':')[0]])).toEqual([
      ['destination-rule.private-by-default', 'DestinationRule full/silent without exportTo'],
    ]);
  });
});

describe('the lookup', () => {
  const at = (namespace: string, host: string, mode: TlsMode, exportTo?: string[]) =>
    destinationRule(`${namespace}/rule-${mode.toLowerCase()}`, host, mode, exportTo === undefined ? {} : { exportTo });

  test.each<[string, string, DestinationRule[], TlsMode | undefined]>([
    ['nothing applies', 'legacy', [at('full', 'sleep', 'SIMPLE'), at('other', '*', 'SIMPLE')], undefined],
    ['the client’s namespace first', 'legacy', [at('full', exact, 'SIMPLE'), at('legacy', '*', 'DISABLE')], 'DISABLE'],
    ['then the Service’s', 'legacy', [at('istio-system', exact, 'SIMPLE'), at('full', '*', 'DISABLE')], 'DISABLE'],
    ['then the root namespace', 'legacy', [at('istio-system', '*', 'SIMPLE')], 'SIMPLE'],
    ['exact before wildcard', 'full', [at('full', '*', 'SIMPLE'), at('full', 'httpbin', 'DISABLE')], 'DISABLE'],
    [
      'the longest wildcard',
      'full',
      [at('full', '*.local', 'SIMPLE'), at('full', '*.full.svc.cluster.local', 'MUTUAL'), at('full', '*', 'DISABLE')],
      'MUTUAL',
    ],
    [
      'short and full name are one host, the oldest wins',
      'full',
      [at('full', 'httpbin', 'SIMPLE'), at('full', exact, 'DISABLE')],
      'DISABLE',
    ],
    ['a private rule is for its own namespace', 'full', [at('full', exact, 'SIMPLE', ['.'])], 'SIMPLE'],
    ['and for no other', 'legacy', [at('full', exact, 'SIMPLE', ['.'])], undefined],
    ['nor for the root namespace', 'istio-system', [at('full', exact, 'SIMPLE', ['.'])], undefined],
    [
      'a private exact rule leaves an exported wildcard to others',
      'legacy',
      [at('full', exact, 'SIMPLE', ['.']), at('full', '*', 'DISABLE')],
      'DISABLE',
    ],
    [
      'an exact rule for others hides the wildcard',
      'legacy',
      [at('full', exact, 'SIMPLE', ['partial']), at('full', '*', 'DISABLE')],
      undefined,
    ],
    [
      'and gives way to the root namespace',
      'legacy',
      [at('full', exact, 'SIMPLE', ['partial']), at('istio-system', '*', 'DISABLE')],
      'DISABLE',
    ],
    [
      'a rule exported to others alone is not for its own namespace',
      'full',
      [at('full', exact, 'SIMPLE', ['legacy'])],
      undefined,
    ],
    [
      'a client in the root namespace looks at the Service’s first',
      'istio-system',
      [at('istio-system', '*', 'SIMPLE'), at('full', '*', 'DISABLE')],
      'DISABLE',
    ],
    [
      'but at its own private rules before',
      'istio-system',
      [at('istio-system', '*', 'SIMPLE', ['.']), at('full', '*', 'DISABLE')],
      'SIMPLE',
    ],
  ])('%s', (_, client, rules, mode) => {
    expect(modeFor(rules, client)).toBe(mode);
  });

  test('of rules of unlike exportTo the newest wins, from 1.24', () => {
    const rules = [
      destinationRule('full/old', exact, 'SIMPLE', { exportTo: ['.'], created: '2026-01-01T00:00:00Z' }),
      destinationRule('full/new', exact, 'DISABLE', { exportTo: ['*'], created: '2026-01-01T00:00:01Z' }),
    ];
    expect(modeFor(rules, 'full')).toBe('DISABLE');
    expect(modeFor(rules, 'full', {}, '1.23')).toBe('SIMPLE');
  });

  test('before 1.24 a second rule’s exportTo is that of both', () => {
    const rules = [
      destinationRule('full/a', exact, 'SIMPLE'),
      destinationRule('full/b', exact, 'DISABLE', { exportTo: ['partial'] }),
    ];
    expect(modeFor(rules, 'legacy', {}, '1.23')).toBeUndefined();
    expect(modeFor(rules, 'partial', {}, '1.23')).toBe('SIMPLE');
    expect(modeFor(rules, 'legacy')).toBe('SIMPLE');
  });

  test('a rule for its own namespace by name is private from 1.14', () => {
    const rules = [at('full', exact, 'SIMPLE', ['full']), at('full', '*', 'DISABLE')];
    expect(modeFor(rules, 'legacy', {}, '1.13')).toBeUndefined();
    expect(modeFor(rules, 'legacy', {}, '1.14')).toBe('DISABLE');
    expect(['1.13', '1.14'].map((release) => modeFor(rules, 'full', {}, release))).toEqual(['SIMPLE', 'SIMPLE']);
  });

  test('says where the rule was found', () => {
    const place = (rules: DestinationRule[]) => {
      return ruleFor(rules, { namespace: 'legacy', labels: {} }, httpbin, mesh())?.place;
    };
    expect(place([destinationRule('legacy/r', '*')])).toBe('client-namespace');
    expect(place([destinationRule('full/r', '*')])).toBe('service-namespace');
    expect(place([destinationRule('istio-system/r', '*')])).toBe('root-namespace');
  });
});

describe('workloadSelector', () => {
  const sleep = { matchLabels: { app: 'sleep' } };
  const forSleep = destinationRule('full/for-sleep', exact, 'DISABLE', { workloadSelector: sleep });
  const forAll = destinationRule('full/for-all', exact, 'SIMPLE', { created: '2026-01-01T00:00:00Z' });

  test.each<[string, string, Record<string, string>, TlsMode | undefined]>([
    ['selected', 'full', { app: 'sleep', version: 'v1' }, 'DISABLE'],
    ['not selected', 'full', { app: 'curl' }, 'SIMPLE'],
    ['of another namespace', 'legacy', { app: 'sleep' }, 'SIMPLE'],
  ])('a client %s', (_, namespace, labels, mode) => {
    expect(modeFor([forAll, forSleep], namespace, labels)).toBe(mode);
  });

  test('a rule for selected clients alone hides the Service’s from the client’s whole namespace', () => {
    const local = destinationRule('legacy/for-sleep', exact, 'DISABLE', { workloadSelector: sleep });
    expect(modeFor([local, forAll], 'legacy', { app: 'curl' })).toBeUndefined();
  });

  test('is no part of the API before 1.14', () => {
    expect(modeFor([forSleep], 'full', { app: 'curl' }, '1.13')).toBe('DISABLE');
    expect(modeFor([forSleep], 'full', { app: 'curl' }, '1.14')).toBeUndefined();
  });

  test('before 1.14 such a rule is looked up like any other, in other namespaces, too', () => {
    expect(modeFor([forSleep], 'legacy', {}, '1.13')).toBe('DISABLE');
    expect(modeFor([forSleep], 'legacy', {}, '1.14')).toBeUndefined();
    expect(modeFor([forSleep, destinationRule('full/wide', '*', 'SIMPLE')], 'legacy', {}, '1.13')).toBe('DISABLE');
  });

  test('what such a rule leaves out comes from the rule for all, where both are private', () => {
    const bare = destinationRule('full/bare', exact, undefined, { workloadSelector: sleep });
    const privateForAll = destinationRule('full/all', exact, 'SIMPLE', { exportTo: ['.', 'legacy'] });
    expect(modeFor([bare, privateForAll], 'full', { app: 'sleep' })).toBe('SIMPLE');
    expect(modeFor([bare, privateForAll], 'full', { app: 'curl' })).toBe('SIMPLE');
    expect(modeFor([bare, forAll], 'full', { app: 'sleep' })).toBeUndefined();
  });
});

describe('which rules could act at all', () => {
  const rules = [
    destinationRule('istio-system/istio-policy', 'istio-policy.istio-system.svc.cluster.local', 'ISTIO_MUTUAL'),
    destinationRule('full/sleep', 'sleep', 'ISTIO_MUTUAL'),
    destinationRule('full/dotted', 'httpbin.full', 'ISTIO_MUTUAL'),
  ];

  test('none, as the task asks to verify', () => {
    for (const client of ['full', 'legacy']) {
      for (const name of ['full', 'partial', 'legacy']) {
        expect(destinationRulesFor(rules, client, service(`${name}/httpbin`))).toEqual([]);
      }
    }
  });

  test('all that were merged, and those for selected workloads', () => {
    const some = [
      destinationRule('full/a', 'httpbin'),
      destinationRule('full/b', exact),
      destinationRule('full/c', 'httpbin', 'DISABLE', { workloadSelector: { matchLabels: { app: 'curl' } } }),
      destinationRule('full/wildcard', '*'),
    ];
    const names = destinationRulesFor(some, 'full', service('full/httpbin')).map(({ metadata }) => metadata.name);
    expect(names.toSorted()).toEqual(['a', 'b', 'c']);
    expect(destinationRulesFor(some, 'full', service('legacy/httpbin'))).toEqual([some[3]]);
  });
});

describe('why a release finds another rule', () => {
  const sleep = { workloadSelector: { matchLabels: { app: 'sleep' } } };
  const told = (rules: DestinationRule[], client: string, release: string) =>
    foundOtherwise(rules, { namespace: client, labels: { app: 'curl' } }, httpbin, mesh(release)).map(
      ({ text }) => text,
    );
  const selecting = destinationRule('full/some', exact, 'DISABLE', { created: '2026-01-01T00:00:01Z', ...sleep });
  const all = destinationRule('full/all', exact, undefined, { created: '2026-01-01T00:00:00Z' });
  const own = destinationRule('full/own', exact, 'SIMPLE', { exportTo: ['full'] });
  const wide = destinationRule('full/wide', '*', 'DISABLE');

  test.each<[string, DestinationRule[], string, string, string[]]>([
    [
      'dropped selectors',
      [selecting],
      'full',
      '1.13',
      ['Every client counts for DestinationRule full/some: this release does not know workloadSelector'],
    ],
    ['none where that changes nothing', [selecting], 'partial', '1.31', []],
    [
      'the order of merging',
      [all, selecting],
      'full',
      '1.21',
      [
        'DestinationRule full/all and DestinationRule full/some are for one host: this release merges the younger into the older one, even where it is for selected workloads',
      ],
    ],
    [
      'a rule for its own namespace by name',
      [own, wide],
      'legacy',
      '1.13',
      [
        'A rule for its own namespace by name is not private in this release, and hides others from other namespaces: DestinationRule full/own',
      ],
    ],
    ['none for the namespace itself', [own, wide], 'full', '1.13', []],
  ])('%s', (_, rules, client, release, texts) => {
    expect(told(rules, client, release)).toEqual(texts);
  });
});

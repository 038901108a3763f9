import { destinationRule } from '../fixtures.ts';
import type { DestinationRule, TlsMode } from '../types.ts';
import { hostOf } from '../world/hosts.ts';
import { sharedKey, sharedRules } from './shared-rules.ts';

const host = 'httpbin.full.svc.cluster.local';

interface Changes {
  subset?: string;
  isPrivate?: boolean;
}

/** Rules from the oldest to the youngest: path, TLS mode, and what else. */
function made(...rules: [string, TlsMode | undefined, Changes?][]): DestinationRule[] {
  return rules.map(([path, mode, { subset, isPrivate } = {}], at) =>
    destinationRule(path, host, mode, {
      created: `2026-01-01T00:00:0${at}Z`,
      ...(subset !== undefined && { subsets: [{ name: subset }] }),
      ...(isPrivate && { exportTo: ['.'] }),
    }),
  );
}

const isExported = ({ spec }: DestinationRule) => spec.exportTo === undefined;

/** The mode and the subsets that clients of a namespace see, by rules of their own and of the Service's namespace. */
function seen(rules: DestinationRule[], pool: 'local' | 'exported', namespace: string): string | undefined {
  const found = sharedRules(rules, isExported)[pool].get(sharedKey(namespace, host))?.rule.spec;
  return found && `${found.trafficPolicy?.tls?.mode} [${(found.subsets ?? []).map(({ name }) => name)}]`;
}

test('the oldest exported rule takes in the exported ones of other namespaces, and theirs stay as they are', () => {
  const rules = made(
    ['a/one', undefined, { subset: 'v1' }],
    ['b/two', 'DISABLE', { subset: 'v2' }],
    ['c/three', 'SIMPLE'],
  );
  expect(seen(rules, 'local', 'a')).toBe('DISABLE [v1,v2]');
  expect(seen(rules, 'exported', 'a')).toBe('DISABLE [v1,v2]');
  expect(seen(rules, 'local', 'b')).toBe('DISABLE [v2]');
  expect(seen(rules.toReversed(), 'exported', 'c')).toBe('SIMPLE []');
});

test('a younger private rule gets into what others see, and an older one into what its own namespace sees alone', () => {
  const younger = made(['a/one', undefined], ['a/two', 'DISABLE', { isPrivate: true, subset: 'v2' }]);
  expect([seen(younger, 'local', 'a'), seen(younger, 'exported', 'a')]).toEqual(['DISABLE [v2]', 'DISABLE [v2]']);
  const older = made(['a/one', 'DISABLE', { isPrivate: true }], ['a/two', undefined, { subset: 'v2' }]);
  expect([seen(older, 'local', 'a'), seen(older, 'exported', 'a')]).toEqual(['DISABLE [v2]', 'undefined [v2]']);
});

test('a private rule is seen by no other namespace, and one for another host goes nowhere', () => {
  expect(seen(made(['a/one', 'DISABLE', { isPrivate: true }]), 'exported', 'a')).toBeUndefined();
  const [one, other] = [
    ...made(['a/one', undefined]),
    destinationRule('a/other', '*.full.svc.cluster.local', 'SIMPLE'),
  ];
  expect(hostOf(other as DestinationRule)).not.toBe(host);
  expect(seen([one, other] as DestinationRule[], 'local', 'a')).toBe('undefined []');
});

test('the rules that were given stay as they are', () => {
  const rules = made(['a/one', undefined], ['b/two', 'DISABLE']);
  const before = structuredClone(rules);
  sharedRules(rules, isExported);
  expect(rules).toEqual(before);
});

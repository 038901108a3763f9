import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { suites } from '../../suites/index.ts';
import { meshKinds } from '../kinds/table.ts';
import { keyOf } from '../platform/kube/kinds.ts';
import { type Right, wordsOf } from '../platform/kube/rights.ts';
import { kindsOf } from '../scenario/scenario.ts';
import { rightsFor, rightsToOthers, rightsToWatch, rightToLogs } from './rights.ts';

interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const file = readFileSync(new URL('../../manifests/rights.yaml', import.meta.url), 'utf8');
const roles = parseAllDocuments(file).map((document) => document.toJS());
const [usual = [], meshWide = [], rules = []] = roles.map(({ rules }) => rightsOf(rules));

function rightsOf(rules: PolicyRule[]): Right[] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((name) => {
        const [resource = '', subresource] = name.split('/');
        return verbs.map((verb): Right => ({ verb, group, resource, ...(subresource && { subresource }) }));
      }),
    ),
  );
}

const everyKind = new Map(meshKinds.map((kind) => [keyOf(kind), ['v1']]));

const asked = (forMesh: boolean, kinds: string[] = []) =>
  rightsFor({ served: everyKind }, { meshWide: forMesh, kinds: new Set(kinds) }).map(wordsOf);

const others = rightsToOthers.map(wordsOf);
const without = [...others, ...rightsToWatch.map(wordsOf)];

/** What the suites of this project apply as objects, which automtls-rules is for. */
const besides = suites.flatMap(kindsOf);

test('manifests/rights.yaml grants what a run asks for and what it can do without, and no more', () => {
  expect(usual.map(wordsOf).sort()).toEqual([...asked(false), ...without].sort());
  expect([...usual, ...meshWide].map(wordsOf).sort()).toEqual([...asked(true), ...without].sort());
  expect([...usual, ...rules].map(wordsOf).sort()).toEqual([...asked(false, besides), ...without].sort());
});

test('what decides which Services a client sees is listed, and what only some suites apply is made by them alone', () => {
  const seen = ['list sidecars.networking.istio.io', 'list serviceentries.networking.istio.io'];
  expect(asked(false)).toEqual(expect.arrayContaining(seen));
  expect(asked(false).filter((one) => one.endsWith(' sidecars.networking.istio.io'))).toEqual(seen.slice(0, 1));
  expect(asked(false, ['Sidecar'])).toContain('create sidecars.networking.istio.io');
  expect(asked(false, ['Sidecar'])).not.toContain('create authorizationpolicies.security.istio.io');
  expect(asked(false, ['WasmPlugin'])).toEqual(asked(false));
});

test('what the model does not look at is only read, and not demanded', () => {
  expect(others).toContain('list envoyfilters.networking.istio.io');
  expect(others.filter((one) => !one.startsWith('list ') || asked(true).includes(one))).toEqual([]);
});

test('logs are read, since they show whether a refused request reached its server', () => {
  expect(asked(false)).toContain(wordsOf(rightToLogs));
});

test('the mesh configuration is patched by mesh-wide suites alone', () => {
  expect(asked(true).filter((one) => !asked(false).includes(one))).toEqual([
    'patch configmaps',
    'delete leases.coordination.k8s.io',
  ]);
});

test('where the old API is, the policy of the whole mesh is looked at, too', () => {
  expect(asked(false)).toContain('list meshpolicies.authentication.istio.io');
});

test('a kind that the cluster does not serve takes no rights', () => {
  const served = new Map([['PeerAuthentication.security.istio.io', ['v1']]]);
  expect(rightsFor({ served }, { meshWide: false }).map(({ group }) => group)).not.toContain('authentication.istio.io');
});

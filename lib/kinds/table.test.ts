import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { suites } from '../../suites/index.ts';
import { assertStepObject } from '../scenario/valid-objects.ts';
import { appliedKinds, kindNamed, kinds, meshKinds, typeOf } from './table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');

interface Written {
  apiVersion: string;
  kind: string;
}

/** Returns the objects of Kubernetes in a value, wherever they are. */
function objectsIn(value: unknown): Written[] {
  if (typeof value !== 'object' || value === null) return [];
  const { apiVersion, kind } = value as Partial<Written>;
  const own = typeof apiVersion === 'string' && typeof kind === 'string' ? [{ apiVersion, kind }] : [];
  return [...own, ...Object.values(value).flatMap(objectsIn)];
}

const isKnown = ({ apiVersion, kind }: Written): boolean => {
  const { group = '', versions = [] } = kindNamed(kind) ?? {};
  return versions.some(({ name }) => apiVersion === (group === '' ? name : `${group}/${name}`));
};

test('every object in manifests is of a known kind, in one of its versions', () => {
  const files = globSync('manifests/**/*.yaml', { cwd: root });
  const objects = files.flatMap((path) =>
    parseAllDocuments(textOf(path)).flatMap((document) =>
      objectsIn(document.toJS()).map((object) => ({ path, ...object })),
    ),
  );
  expect(objects.length).toBeGreaterThan(150);
  expect(objects.filter((object) => !isKnown(object))).toEqual([]);
});

test('so is every object that a suite applies', () => {
  const objects = objectsIn(suites);
  expect(objects.length).toBeGreaterThan(100);
  expect(objects.filter((object) => !isKnown(object))).toEqual([]);
});

test('every kind that suites and saboteurs name is known', () => {
  const named = globSync(['suites/**/*.ts', 'saboteurs/**/*.ts'], { cwd: root }).flatMap((path) =>
    [...textOf(path).matchAll(/(?:\bkind: |\b(?:object|removeAll)\([^(),]+, )'([A-Z]\w+)'/g)].map(
      ([, kind = '']) => kind,
    ),
  );
  const all = [...new Set(named)];
  // Of each way in which one is named.
  expect(all).toEqual(expect.arrayContaining(['MeshPolicy', 'EnvoyFilter', 'ValidatingWebhookConfiguration']));
  expect(all.filter((kind) => kindNamed(kind) === undefined)).toEqual([]);
});

test('schemas/istio.json has the kinds of today that steps may apply, in the same group and versions', () => {
  const published = Object.entries(JSON.parse(textOf('schemas/istio.json'))) as [
    string,
    { group: string; versions: string[] },
  ][];
  const today = appliedKinds.filter(({ versions = [] }) => versions.some(({ until }) => until === undefined));
  expect(published.map(([kind, { group, versions }]) => [kind, group, [...versions].sort()])).toEqual(
    today.map(({ kind, group, versions = [] }) => [kind, group, versions.map(({ name }) => name).sort()]),
  );
});

test.each(appliedKinds.map((one) => [one.kind, one] as const))('a %s is checked field by field', (kind, known) => {
  const apiVersion = `${known.group}/${known.versions?.[0]?.name}`;
  const object = { apiVersion, kind, metadata: { namespace: 'full', name: 'x' }, spec: { nonsense: 1 } };
  expect(() => assertStepObject(object, 'here')).toThrow('spec.nonsense is unknown');
});

test('a kind of which objects of others predict nothing can affect answers, and so can one that is read in part', () => {
  expect(meshKinds.filter(({ power, predictsForOthers }) => !power && !predictsForOthers)).toEqual([]);
  expect(meshKinds.filter(({ power, model }) => !power && model !== 'whole')).toEqual([]);
});

test('groups and resources are written in lib/kinds alone', () => {
  const product = globSync('lib/**/*.ts', { cwd: root }).filter(
    (path) => !/^lib\/(kinds|test)\/|\.test\.ts$/.test(path),
  );
  expect(product.filter((path) => /\b(group|resource): '/.test(textOf(path)))).toEqual([]);
});

test('what is known is found by the name of the kind, and by nothing else', () => {
  expect(kindNamed('Sidecar')).toBe(kinds.Sidecar);
  expect([kindNamed('Gateway'), kindNamed('constructor')]).toEqual([undefined, undefined]);
});

test('objects of Kubernetes’ own kinds have its API version', () => {
  expect(typeOf('Pod')).toEqual({ apiVersion: 'v1', kind: 'Pod' });
  expect(typeOf('Deployment')).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment' });
});

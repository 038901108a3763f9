import type { KubeObject } from '../../../model/types.ts';
import { fieldWords } from '../../reasons/serving.ts';
import { additions as additionsIn, differences as differencesIn } from './stored.ts';

const policy = (spec: unknown): KubeObject =>
  ({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { namespace: 'full', name: 'httpbin' },
    ...(spec !== undefined && { spec }),
  }) as KubeObject;
const differences = (...objects: Parameters<typeof differencesIn>) => differencesIn(...objects).map(fieldWords);
const additions = (...objects: Parameters<typeof additionsIn>) => additionsIn(...objects).map(fieldWords);
const strict = { selector: { matchLabels: { app: 'httpbin' } }, mtls: { mode: 'STRICT' } };

test('an object that is stored as it was applied differs in nothing, whatever it has besides', () => {
  expect(differences(policy(strict), policy(strict))).toEqual([]);
  expect(differences(policy(strict), policy({ ...strict, portLevelMtls: { 80: { mode: 'DISABLE' } } }))).toEqual([]);
  expect(differences(policy(undefined), policy({}))).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['changed', { ...strict, mtls: { mode: 'PERMISSIVE' } }, 'spec.mtls.mode is "PERMISSIVE", not "STRICT" as applied'],
  ['gone', { selector: strict.selector }, 'spec.mtls.mode is not there, not "STRICT" as applied'],
  ['gone with all that is in it', undefined, 'spec.selector.matchLabels.app is not there, not "httpbin" as applied'],
])('a field that is %s is told', (_, spec, words) => {
  expect(differences(policy(strict), policy(spec))).toContain(words);
});

test('a list is told as a whole', () => {
  expect(differences(policy({ exportTo: ['.'] }), policy({ exportTo: ['.', '*'] }))).toEqual([
    'spec.exportTo is [".","*"], not ["."] as applied',
  ]);
});

test('a name with dots in it is one name', () => {
  const selector = (name: string) => policy({ selector: { matchLabels: { 'app.kubernetes.io/name': name } } });
  expect(differences(selector('a'), selector('a'))).toEqual([]);
  expect(differences(selector('a'), selector('b'))).toEqual([
    'spec.selector.matchLabels.app.kubernetes.io/name is "b", not "a" as applied',
  ]);
});

test('the fields of an item of a list may come in another order', () => {
  const ports = (...items: unknown[]) => policy({ ports: items });
  expect(differences(ports({ name: 'http', port: 1 }), ports({ port: 1, name: 'http' }))).toEqual([]);
  expect(differences(ports({ name: 'http', port: 1 }), ports({ port: 2, name: 'http' }))).toHaveLength(1);
});

test('what is there though it was not applied is told', () => {
  const more = { ...strict, selector: { matchLabels: { app: 'httpbin', version: 'v1' } } };
  expect(additions(policy(strict), policy(strict))).toEqual([]);
  expect(additions(policy(strict), policy(more))).toEqual([
    'spec.selector.matchLabels.version is "v1", which was not applied',
  ]);
  expect(additions(policy(undefined), policy({ ports: [1] }))).toEqual(['spec.ports is [1], which was not applied']);
});

import type { KubeObject } from '../model/types.ts';
import { differences } from './stored.ts';

const policy = (spec: unknown): KubeObject =>
  ({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { namespace: 'full', name: 'httpbin' },
    ...(spec !== undefined && { spec }),
  }) as KubeObject;
const strict = { selector: { matchLabels: { app: 'httpbin' } }, mtls: { mode: 'STRICT' } };

test('an object that is stored as it was applied differs in nothing, whatever it has besides', () => {
  expect(differences(policy(strict), policy(strict))).toEqual([]);
  expect(differences(policy(strict), policy({ ...strict, portLevelMtls: { 80: { mode: 'DISABLE' } } }))).toEqual([]);
  expect(differences(policy(undefined), policy({}))).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['changed', { ...strict, mtls: { mode: 'PERMISSIVE' } }, 'has spec.mtls.mode "PERMISSIVE", not "STRICT" as applied'],
  ['gone', { selector: strict.selector }, 'has no spec.mtls.mode, not "STRICT" as applied'],
  ['gone with all that is in it', undefined, 'has no spec.selector.matchLabels.app, not "httpbin" as applied'],
])('a field that is %s is told', (_, spec, words) => {
  expect(differences(policy(strict), policy(spec))).toContain(`PeerAuthentication full/httpbin ${words}`);
});

test('a list is told as a whole', () => {
  expect(differences(policy({ exportTo: ['.'] }), policy({ exportTo: ['.', '*'] }))).toEqual([
    'PeerAuthentication full/httpbin has spec.exportTo [".","*"], not ["."] as applied',
  ]);
});

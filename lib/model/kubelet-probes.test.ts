import { mesh, peerAuthentication, workload } from './fixtures.ts';
import { type KubeletProbe, kubeletProbeResult } from './kubelet-probes.ts';
import type { KubeObject } from './types.ts';

const strict = [peerAuthentication('apps/default', 'STRICT')];
const kinds: KubeletProbe['kind'][] = ['http', 'tcp', 'grpc'];

function succeeding(istio: string, policies: KubeObject[], rewritten: boolean, sidecar = true): string {
  const server = workload('apps/server', { sidecar });
  const world = { mesh: mesh(istio), workloads: [server], services: [], policies };
  return kinds
    .filter((kind) => kubeletProbeResult(world, { workload: server, kind, port: 80, rewritten }).succeeds)
    .join(' ');
}

test.each<[string, string]>([
  ['1.31', 'http tcp grpc'],
  ['1.13', 'http tcp grpc'],
  ['1.12', 'http tcp'],
  // TCP probes are not the agent's yet, but succeed.
  ['1.10', 'http tcp'],
])('what the agent answers succeeds under STRICT on %s', (istio, expected) => {
  expect(succeeding(istio, strict, true)).toBe(expected);
});

test('what the agent does not answer is refused by STRICT, but for a connection', () => {
  expect(succeeding('1.31', strict, false)).toBe('tcp');
  expect(succeeding('1.31', [], false)).toBe('http tcp grpc');
  expect(succeeding('1.31', [peerAuthentication('apps/default', 'DISABLE')], false)).toBe('http tcp grpc');
});

test('a mode of the port counts', () => {
  const own = peerAuthentication('apps/own', 'STRICT', { selector: { app: 'server' }, ports: { '80': 'PERMISSIVE' } });
  expect(succeeding('1.31', [own], false)).toBe('http tcp grpc');
});

test('without a sidecar every probe succeeds', () => {
  expect(succeeding('1.31', strict, false, false)).toBe('http tcp grpc');
});

test('the reason names what is in the way', () => {
  const server = workload('apps/server');
  const world = { mesh: mesh('1.31'), workloads: [server], services: [], policies: strict };
  const of = (rewritten: boolean) => kubeletProbeResult(world, { workload: server, kind: 'http', port: 80, rewritten });
  expect([of(true), of(false)]).toEqual([
    { succeeds: true, why: "the sidecar's agent answers it" },
    { succeeds: false, why: 'the sidecar gets it in plain text, and is STRICT' },
  ]);
});

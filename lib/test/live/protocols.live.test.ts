import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kube } from '../../platform/kube/connection/connect.ts';
import { admission, asksOf, cellsOf, dryRun, judge, mesh, sabotaged } from './harness.ts';

// HTTP, gRPC, TCP and HTTPS on a live mesh. For the last two nothing but the sidecars' counters shows mutual TLS.

let kube: Kube;
let out: string;
beforeAll(async () => {
  kube = await mesh();
  out = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(out, { recursive: true }));

test('a healthy mesh: every protocol is green, and TCP shows mutual TLS by the counters', async () => {
  const { exitCode, all, results } = await judge(out, '--suite', 'protocols');
  expect(all).toMatch(/\n\d+ passed, 0 failed$/);
  expect(exitCode).toBe(0);
  const [first] = asksOf(results);
  const tcp = first?.cells.find(({ client, protocol }) => client === 'sleep.meshed' && protocol === 'tcp');
  expect(tcp?.seen.map(({ observation }) => observation.kind)).toEqual(['answered']);
  expect(tcp?.why).toContain("the server's sidecar counted TLS connections alone");
});

test('a client’s TCP led past its sidecar: red, though every answer is 200', async () => {
  const key = 'traffic.sidecar.istio.io/excludeOutboundPorts';
  const sabotage = admission(
    'automtls-live-leak',
    { group: '', resource: 'pods' },
    'object.metadata.?labels[?"app"].orValue("") == "sleep" && (request.namespace.startsWith("meshed-") || request.namespace == "default")',
    `Object{metadata: Object.metadata{annotations: {"${key}": "90"}}}`,
  );
  const trial = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'trial', namespace: 'default', labels: { app: 'sleep' } },
    spec: { containers: [{ name: 'sleep', image: 'sleep' }] },
  };
  const { exitCode, results } = await sabotaged(
    kube,
    sabotage,
    () => judge(out, '--suite', 'protocols', '--cell', 'sleep.meshed:tcp://echo.meshed:90'),
    async () => (await dryRun(kube, trial)).metadata.annotations?.[key] === '90',
  );
  const [first] = cellsOf(results);
  expect(first?.seen.map(({ observation }) => observation.kind)).toEqual(['answered']);
  expect(first).toMatchObject({
    verdict: 'fail',
    why: expect.stringMatching(/the client's own sidecar made only 0 connections to the server/),
  });
  expect(exitCode).toBe(1);
});

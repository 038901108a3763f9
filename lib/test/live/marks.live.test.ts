import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import type { TrafficPolicy } from '../../model/types.ts';
import { resultsFrom } from '../../results/file.ts';
import { asksOf, kubeconfig } from './harness.ts';
import { copyOfProject, write } from './project.ts';

// What a DestinationRule's ISTIO_MUTUAL does beside settings of the port that name no mode, to endpoints with a sidecar and without.

const suite = `
import { cleanup } from './cleanup.ts';
import { setup } from './setup.ts';

const marks = {
  name: 'marks',
  title: '',
  about: '',
  topology: 'auto-mtls',
  steps: [
    { kind: 'ask', title: 'plain text', objects: ['plain-rule'] },
    { kind: 'ask', title: 'marked', objects: ['marked-rule'] },
    { kind: 'ask', title: 'removed', objects: [] },
  ],
};
export const suites = [setup, marks, cleanup];
`;

/** Rules for the servers that have an endpoint without a sidecar. */
function rules(trafficPolicy: TrafficPolicy): string {
  return ['partial', 'legacy']
    .map((namespace) =>
      stringify({
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: { name: 'marks', namespace },
        spec: { host: `httpbin.${namespace}.svc.cluster.local`, trafficPolicy },
      }),
    )
    .join('---\n');
}

let project: string;
beforeAll(async () => {
  project = await copyOfProject();
  await write(project, 'suites/index.ts', suite);
  // Between the two the client's cluster changes, and with it go the connections that it has pooled.
  await write(project, 'manifests/policies/networking.istio.io/plain-rule.yaml', rules({ tls: { mode: 'DISABLE' } }));
  const port = { port: { number: 8000 }, loadBalancer: { simple: 'ROUND_ROBIN' } };
  const marked = rules({ tls: { mode: 'ISTIO_MUTUAL' }, portLevelSettings: [port] });
  await write(project, 'manifests/policies/networking.istio.io/marked-rule.yaml', marked);
});
afterAll(() => rm(project, { recursive: true }));

test('endpoints with a sidecar get mutual TLS, and the others go on with plain text', async () => {
  const out = join(project, 'results');
  const { exitCode, all } = await execa('npm', ['test', '--', '--kubeconfig', await kubeconfig(), '--out', out], {
    cwd: project,
    all: true,
    reject: false,
    env: { CI: 'true', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' },
  });
  expect(all).toMatch(/\d+ passed, 0 failed$/);
  expect(exitCode).toBe(0);
  const results = resultsFrom(await readFile(join(out, 'latest/results.json'), 'utf8'), out);
  const seen = asksOf(results).map(({ title, cells }) => [
    title,
    ...cells
      .filter(({ client, server }) => client === 'sleep.full' && server !== 'httpbin.full')
      .map((cell) =>
        [...new Set(cell.seen.filter(({ counted }) => counted > 0).map(({ observation }) => observation.kind))].sort(),
      ),
  ]);
  expect(seen).toEqual([
    ['every pair answers', ['mtls', 'plain'], ['plain']],
    ['plain text', ['plain'], ['plain']],
    ['marked', ['mtls', 'plain'], ['plain']],
    ['removed', ['mtls', 'plain'], ['plain']],
  ]);
});

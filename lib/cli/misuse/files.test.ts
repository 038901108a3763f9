import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Suite } from '../../scenario/suite.ts';
import { copyOfProject, write } from '../../test/live/project.ts';
import { contextWith } from '../fixtures.ts';

// Files of somebody's own suites, in a copy of the project.

let project: string;
let program: typeof import('../main.ts');
let errors: typeof import('../../platform/errors.ts');
beforeAll(async () => {
  project = await copyOfProject();
  program = await import(join(project, 'lib/cli/main.ts'));
  errors = await import(join(project, 'lib/platform/errors.ts'));
});
afterAll(() => rm(project, { recursive: true }));

const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: own, labels: { istio-injection: enabled } }\n';
const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: one, namespace: own }
spec:
  selector: { matchLabels: { app: one } }
  template:
    metadata: { labels: { app: one } }
    spec:
      containers:
        - { name: one, image: ${image} }
`;
const service = `apiVersion: v1
kind: Service
metadata: { name: one, namespace: own }
spec:
  selector: { app: one }
  ports: [{ name: http, port: 80 }]
`;
const curl = deployment('docker.io/curlimages/curl:8.16.0');
const policy = (mode: string) => `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: own, namespace: own }
spec:
  mtls: { mode: ${mode} }
`;

/** Explains a suite with one step, on a topology of these objects and with a policy. Returns what is printed. */
async function explained(name: string, objects: string[], mode?: string): Promise<string[]> {
  await write(project, `manifests/topologies/${name}/1.yaml`, [namespace, ...objects, ''].join('---\n'));
  if (mode !== undefined) await write(project, `manifests/policies/security.istio.io/${name}.yaml`, policy(mode));
  const step = { kind: 'ask' as const, title: 'a step', objects: mode === undefined ? [] : [name] };
  const suite: Suite = { name: 'own', title: 'Own', about: '', topology: name, steps: [step] };
  const { context, printed } = contextWith([suite]);
  await program.main(['explain', '--suite', 'own'], context);
  return printed;
}

test.each<[string, string[], string | undefined, string]>([
  [
    'no-client',
    [deployment('nginx'), service],
    undefined,
    'Topology no-client of suite own has no client, so nothing can be asked: give one of its Deployments a container of the image curlimages/curl',
  ],
  [
    'no-service',
    [curl],
    undefined,
    'suite own, step "a step" asks nothing: topology no-service has no Service with a port.',
  ],
  [
    'no-container',
    [curl.replace(/containers:\n.*\n/, 'containers: []\n'), service],
    undefined,
    'manifests/topologies/no-container/1.yaml: Deployment own/one is not valid: spec.template.spec.containers must NOT have fewer than 1 items, but is [].',
  ],
  [
    'no-spec',
    [curl.replace(/spec:(.|\n)*/, '')],
    undefined,
    'manifests/topologies/no-spec/1.yaml: Deployment own/one is not valid: spec is missing.',
  ],
  [
    'no-object',
    ['hello\n'],
    undefined,
    'manifests/topologies/no-object/1.yaml: an object is not valid: it must be object, but is "hello".',
  ],
  [
    'no-mode',
    [curl, service],
    'STRIKT',
    'manifests/policies/security.istio.io/no-mode.yaml (suite own, step "a step"): PeerAuthentication own/own is not valid: spec.mtls.mode is "STRIKT": allowed are UNSET, DISABLE, PERMISSIVE, STRICT.',
  ],
])('a suite whose files have %s', async (name, objects, mode, says) => {
  const refused = explained(name, objects, mode);
  await expect(refused).rejects.toThrow(errors.UsageError);
  await expect(refused).rejects.toThrow(says);
});

test('a suite whose files are right is explained', async () => {
  const [text] = await explained('right', [curl, service], 'STRICT');
  expect(text).toContain('PeerAuthentication own/own covers namespace own and sets STRICT');
});

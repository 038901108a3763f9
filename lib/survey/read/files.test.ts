import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../platform/errors.ts';
import { objectsOf } from '../snapshot.ts';
import { manifestsIn, placeWords, readManifests } from './files.ts';

const service = (name: string, namespace?: string) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}`;

const read = (text: string) => readManifests([{ file: 'mesh.yaml', text }]);
const refusal = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
  }
  return 'it was not refused';
};

test('documents of YAML, each with its place; nothing between two --- is none', () => {
  const { objects, places } = read(`# The shop.\n---\n${service('web', 'shop')}---\n---\n${service('cart')}`);
  const found = objects.get('Service') ?? [];
  expect(found.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(['shop/web', 'default/cart']);
  expect(found.map((object) => placeWords(places.get(object) ?? { file: '', line: 0 }))).toEqual([
    'mesh.yaml:3',
    'mesh.yaml:10',
  ]);
});

test('a name that a Helm template leaves open is YAML, and says what to do', () => {
  expect(refusal(service('{{ .Values.name }}'))).toBe(
    'mesh.yaml:1 has a Service without a name: it looks like a Helm template: render it with `helm template`, and give the output to -f -.',
  );
  expect(refusal('apiVersion: v1\nkind: Service\nmetadata: {}\n')).toContain('without a name: give it one.');
});

test('what is null is not there, as to an API server', () => {
  const { objects } = read(`${service('web')}spec:\n  selector:\n  ports:\n  - \n  - port: 80\n    name:\n`);
  expect(objects.get('Service')?.[0]).toMatchObject({ spec: { ports: [{ port: 80 }] } });
  expect(JSON.stringify(objects.get('Service'))).not.toContain('null');
});

test('Lists, in YAML and in JSON', () => {
  const items = [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }];
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  expect(objectsOf(read(list), 'Service').length).toBe(1);
  expect(
    objectsOf(
      read('apiVersion: v1\nkind: ServiceList\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: { name: web }\n'),
      'Service',
    ).length,
  ).toBe(1);
});

test('kinds that no mesh looks at are counted, and those of the same name of somebody else', () => {
  const knative = 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: web }\n';
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web }\n';
  const { leftOut, objects } = read([service('web'), knative, account, account.replace('web', 'cart')].join('---\n'));
  expect([...leftOut]).toEqual([
    ['Service', 1],
    ['ServiceAccount', 2],
  ]);
  expect(objects.get('Service')?.length).toBe(1);
});

test('what is no object is nothing: values of a chart, a Kustomization', () => {
  expect(
    read('replicas: 3\n---\nkind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: [a.yaml]\n')
      .objects.size,
  ).toBe(0);
});

test.each([
  ['what is not YAML', `${service('web')}---\na: [1\n`, 'mesh.yaml:7 is not YAML'],
  ['a tab', 'a:\n\tb: 1\n', 'mesh.yaml:2 is not YAML'],
  ['an alias to nowhere', 'a: 1\nb: *c\n', 'is not YAML'],
  ['a Helm template', 'a: 1\n{{- if .Values.x }}\nb: {{ .Values.y }}\n', 'render it with `helm template`'],
  [
    'one object twice',
    `${service('web', 'shop')}---\n${service('web', 'shop')}`,
    'Service shop/web is there twice, in mesh.yaml:1 and in mesh.yaml:7',
  ],
  ['an object without a name', 'apiVersion: v1\nkind: Service\nspec: {}\n', 'mesh.yaml:1 has a Service without a name'],
])('%s is refused at its line', (_, text, says) => expect(refusal(text)).toContain(says));

describe('folders', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'automtls-survey-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const texts = (...paths: string[]) =>
    manifestsIn(paths, { resolve: (path) => join(folder, path), stdin: async () => service('piped') });

  test('their files, those of folders in them, and standard input', async () => {
    await mkdir(join(folder, 'mesh'));
    await mkdir(join(folder, 'mesh/base'));
    await mkdir(join(folder, 'mesh/.git'));
    const files = ['mesh/b.yaml', 'mesh/base/a.yml', 'mesh/c.json', 'mesh/README.md', 'mesh/.git/d.yaml'];
    for (const file of files) await writeFile(join(folder, file), '{}');
    const found = await texts('mesh', '-');
    expect(found.map(({ file }) => file)).toEqual(['mesh/b.yaml', 'mesh/base/a.yml', 'mesh/c.json', 'standard input']);
  });

  test('that are not there, or have no manifests, are refused', async () => {
    await expect(texts('nowhere')).rejects.toThrow(/^nowhere cannot be read \(ENOENT/);
    await mkdir(join(folder, 'empty'));
    await expect(texts('empty')).rejects.toThrow('empty has no .yaml, .yml or .json file');
    await expect(texts('empty')).rejects.toThrow(UsageError);
  });
});

test.each([
  ['PeerAuthentication', { mtls: { mode: 'strict' } }, 'has mode "strict": write STRICT'],
  ['PeerAuthentication', { portLevelMtls: { 80: { mode: 'ON' } } }, 'has mode "ON": there are UNSET, DISABLE'],
  ['PeerAuthentication', { mtsl: { mode: 'STRICT' } }, 'has a field mtsl: there are selector, mtls, portLevelMtls'],
  ['DestinationRule', { host: 'a', trafficPolicy: { tls: { mode: 'Disable' } } }, 'has mode "Disable": write DISABLE'],
  [
    'DestinationRule',
    { host: 'a', subsets: [{ name: 'v1', trafficPolicy: { portLevelSettings: [{ tls: { mode: 'MTLS' } }] } }] },
    'has mode "MTLS": there are DISABLE, SIMPLE',
  ],
])('what an API server refuses in a %s is refused, with its place: %j', (kind, spec, says) => {
  const group = kind === 'DestinationRule' ? 'networking' : 'security';
  const text = `a: 1\n---\n${JSON.stringify({ apiVersion: `${group}.istio.io/v1`, kind, metadata: { name: 'x' }, spec })}`;
  expect(() => readManifests([{ file: 'x.yaml', text }])).toThrow(`x.yaml:3: ${kind} default/x ${says}`);
});

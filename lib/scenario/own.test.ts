import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UsageError } from '../platform/errors.ts';
import { suitesIn } from './own.ts';
import { topologiesOf } from './scenario.ts';
import type { OwnAskStep, OwnCheckStep, OwnSuite } from './suite.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'automtls-suites-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (files: Record<string, string>): void => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
};

const read = (taken: string[] = []) => suitesIn(folder, 'mine', taken);

/** A suite of the task's topology, with changes. */
const suite = (changes: object = {}) =>
  JSON.stringify({
    name: 'own',
    title: 'A title',
    about: 'What it is about.',
    topology: 'auto-mtls',
    steps: [{ kind: 'ask', title: 'a step', objects: ['strict'] }],
    ...changes,
  });

const policy = `
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata:
  name: httpbin
  namespace: shop
spec:
  mtls:
    mode: STRICT
`;
const shop = `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Service
metadata:
  name: httpbin
  namespace: shop
spec:
  selector:
    app: httpbin
  ports:
    - name: http
      port: 8000
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: sleep
  namespace: shop
spec:
  selector:
    matchLabels:
      app: sleep
  template:
    metadata:
      labels:
        app: sleep
    spec:
      containers:
        - name: curl
          image: docker.io/curlimages/curl:8.16.0
`;
const shopSuite = (name: string) =>
  suite({ name, topology: 'shop', steps: [{ kind: 'ask', title: 'a step', objects: ['closed'] }] });

test('a suite is the default export of a module, and may name topologies and policies of this project', async () => {
  write({
    'b.mjs': `export default ${suite({ name: 'b' })}`,
    'a.ts': `import type { Suite } from 'automtls';\nexport default ${suite({ name: 'a' })} satisfies Suite;`,
    'a.d.ts': 'export default 1;',
    'parts/objects.ts': 'export const one = 1;',
  });
  const suites = await read();
  expect(suites.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(suites[0]).toMatchObject({ topology: 'auto-mtls', steps: [{ objects: ['strict'] }] });
});

test('topologies and policies are those beside the suites, and suites that name the same topology share it', async () => {
  write({
    'a.mjs': `export default ${shopSuite('a')}`,
    'b.mjs': `export default ${shopSuite('b')}`,
    'topologies/shop/all.yaml': shop,
    'policies/closed.yaml': policy,
  });
  const suites = await read();
  expect(topologiesOf(suites)).toMatchObject([{ name: 'shop', namespaces: ['shop'] }]);
  expect(suites[0]?.steps).toMatchObject([
    { objects: [{ kind: 'PeerAuthentication', spec: { mtls: { mode: 'STRICT' } } }] },
  ]);
});

test('it may say all that its type has', async () => {
  const ask: Required<OwnAskStep> = {
    kind: 'ask',
    title: 'a step',
    objects: [],
    ages: 'in-order',
    autoMtls: true,
    traffic: [{ from: 'full/sleep', to: 'full/httpbin', port: 8000, protocol: 'http' }],
    answers: 100,
    witnesses: ['auto-mtls.off'],
    since: '1.10',
    until: '1.31',
  };
  const check: Required<OwnCheckStep> = { kind: 'check', title: 'a check', check: 'strangers', witnesses: [] };
  const all: Required<OwnSuite> = {
    name: 'all',
    title: 'A title',
    about: 'What it is about.',
    onlyIfNamed: true,
    since: '1.10',
    meshWide: true,
    topology: 'auto-mtls',
    steps: [ask, check],
  };
  write({ 'a.mjs': `export default ${JSON.stringify(all)}` });
  expect(await read()).toEqual([all]);
});

const step = { kind: 'ask', title: 'a step', objects: ['strict'] };
const mjs = (text: string) => ({ 'a.mjs': text });
const changed = (changes: object) => mjs(`export default ${suite(changes)}`);

test.each<[string, Record<string, string>, string | RegExp]>([
  ['no suite', { 'README.md': '' }, /^mine has no suite: /],
  ['no default export', mjs(`export const own = ${suite()}`), /^mine\/a.mjs has no default export: /],
  [
    'no suite as its default export',
    mjs('export default 1'),
    /^mine\/a.mjs: its default export is no suite \(at the top/,
  ],
  [
    'a syntax error',
    mjs('export default {'),
    /^mine\/a.mjs cannot be loaded: .*: node --check mine\/a.mjs shows where\.$/,
  ],
  [
    'a module that package.json says is none',
    { 'package.json': '{ "type": "commonjs" }', 'a.js': `export default ${suite()}` },
    'mine/a.js cannot be loaded: package.json says that it is no ES module: name it .mts or .mjs, or write "type": "module" there.',
  ],
  ['an error of its own', mjs('throw new Error("x")'), 'mine/a.mjs cannot be loaded: x.'],
  [
    'an unknown field',
    changed({ nam: 'a' }),
    'mine/a.mjs: its default export is no suite (at the top level: Unrecognized key: "nam").',
  ],
  ['a mistyped field', changed({ name: undefined, nam: 'a' }), /\(at the top level: Unrecognized key: "nam"\)/],
  [
    'an unknown field of a step',
    changed({ steps: [{ ...step, object: [] }] }),
    /\(steps\.0: Unrecognized key: "object"\)/,
  ],
  [
    'an unknown check',
    changed({ steps: [{ kind: 'check', title: 'a', check: 'red' }] }),
    /\(steps\.0\.check: Invalid option/,
  ],
  [
    'a name that is taken',
    changed({ name: 'strict' }),
    'mine/a.mjs: there is a suite "strict" already: give it another name.',
  ],
  [
    'the name of another one',
    { ...changed({}), 'b.mjs': `export default ${suite()}` },
    'mine/b.mjs: there is a suite "own" already: give it another name.',
  ],
  [
    'a topology that is not there',
    changed({ topology: 'shop' }),
    'mine/a.mjs: there is no topology "shop": neither a folder mine/topologies/shop, nor one of automtls.',
  ],
  [
    'a topology with a name of ours',
    { ...changed({}), 'topologies/auto-mtls/all.yaml': shop },
    'mine/a.mjs: automtls has a topology "auto-mtls": give the folder mine/topologies/auto-mtls another name.',
  ],
  [
    'a topology that is not understood',
    { ...changed({ topology: 'shop' }), 'topologies/shop/all.yaml': shop.replace('port: 8000', 'port: none') },
    /^mine\/a\.mjs: mine\/topologies\/shop\/all\.yaml: Service shop\/httpbin is not valid: spec\.ports\.0\.port/,
  ],
  [
    'a policy that is not there',
    changed({ steps: [{ ...step, objects: ['closed'] }] }),
    'mine/a.mjs: there is no policy "closed": neither a file mine/policies/closed.yaml, nor one of automtls.',
  ],
  [
    'a policy that is not valid',
    {
      ...changed({ steps: [{ ...step, objects: ['closed'] }] }),
      'policies/closed.yaml': policy.replace('STRICT', 'STRCT'),
    },
    /^mine\/a\.mjs: mine\/policies\/closed\.yaml: PeerAuthentication shop\/httpbin is not valid: spec\.mtls\.mode is "STRCT"/,
  ],
  [
    'a policy that acts on others',
    { ...changed({ steps: [{ ...step, objects: ['closed'] }] }), 'policies/closed.yaml': policy },
    /^mine\/a\.mjs: suite own, step "a step": PeerAuthentication shop\/httpbin is in no namespace of topology auto-mtls/,
  ],
])('a folder with %s is refused, by the file', async (_, files, message) => {
  write(files);
  const error = await read(['strict']).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  const { message: said } = error as Error;
  if (typeof message === 'string') expect(said).toBe(message);
  else expect(said).toMatch(message);
});

test('a folder that is not there is refused', async () => {
  await expect(suitesIn(join(folder, 'none'), 'none', [])).rejects.toThrow(/^none cannot be read \(ENOENT/);
});

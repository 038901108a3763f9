import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../platform/errors.ts';
import { fakeApi } from '../platform/kube/api-fixtures.ts';
import { kubeconfigText } from '../platform/kube/fixtures.ts';
import { app, namespace, networking, policy, security } from '../survey/fixtures.ts';
import { generatedMesh } from '../tools/bench/generated-mesh.ts';
import { contextWith } from './fixtures.ts';
import { main } from './main.ts';
import { meshFolder } from './mesh-fixtures.ts';

const { path, manifests, run } = meshFolder();
const lint = (...args: string[]) => run('lint', ...args);

const shop = [namespace('shop'), ...app('shop', 'web'), ...app('shop', 'cart')];
const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });
const plain = policy(networking, 'DestinationRule', 'shop', 'cart', {
  host: 'cart',
  trafficPolicy: { tls: { mode: 'DISABLE' } },
});
const empty = policy(networking, 'DestinationRule', 'shop', 'web', {
  host: 'web',
  subsets: [{ name: 'next', labels: { version: 'next' } }],
});

test('a mesh without faults, and one with a note alone: exit code 0', async () => {
  const sound = await lint(...(await manifests(...shop, strict)));
  expect(sound).toMatchObject({ code: 0, printed: expect.stringContaining('Istio 1.31: nothing found\n') });
  const noted = await lint(...(await manifests(...shop, strict, empty)));
  expect(noted).toMatchObject({ code: 0, printed: expect.stringContaining('Istio 1.31: 1 note\n') });
});

test('an error: exit code 1, and 0 if it is accepted', async () => {
  const faulty = await lint(...(await manifests(...shop, strict, plain)));
  expect(faulty.code).toBe(1);
  expect(faulty.printed).toContain('\nerror disable-against-strict: DestinationRule shop/cart, mesh.yaml:');
  const annotations = { 'automtls.dev/accept': 'disable-against-strict' };
  const accepted = { ...plain, metadata: { ...plain.metadata, annotations } };
  expect((await lint(...(await manifests(...shop, strict, accepted)))).code).toBe(0);
});

test.each([
  ['json', (text: string) => expect(JSON.parse(text).findings[0].code).toBe('disable-against-strict')],
  ['sarif', (text: string) => expect(JSON.parse(text).runs[0].results[0].ruleId).toBe('disable-against-strict')],
  ['github', (text: string) => expect(text).toMatch(/^::error file=mesh\.yaml,line=\d+,title=disable-against-strict/)],
])('--print %s has the same exit code', async (format, expected) => {
  const { code, printed } = await lint(...(await manifests(...shop, strict, plain)), '--print', format);
  expect(code).toBe(1);
  expected(printed);
});

test('what cannot be read is no finding', async () => {
  await expect(lint('-f', 'nothing', '--istio', '1.31')).rejects.toThrow(UsageError);
  await expect(lint('-f', 'nothing')).rejects.toThrow('name it with --istio VERSION');
});

test('the page shows what it prints', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const page = await readFile(join(root, 'docs/lint.md'), 'utf8');
  const { context, printed } = contextWith([], { cwd: root });
  expect(await main(['lint', '-f', 'docs/lint', '--istio', '1.31'], context)).toBe(1);
  expect(page).toContain(printed.join('\n'));
});

test('a cluster, of which nothing is changed; its objects stand in no file', async () => {
  const annotations = { 'automtls.dev/accept': 'selector-matches-nothing', 'example.com/other': 'x' };
  const lost = policy(security, 'PeerAuthentication', 'team-0', 'lost', { selector: { matchLabels: { app: 'lost' } } });
  const accepted = { ...lost, metadata: { ...lost.metadata, annotations } };
  const other = policy(security, 'PeerAuthentication', 'team-0', 'gone', {
    selector: { matchLabels: { app: 'gone' } },
  });
  const objects = generatedMesh({ namespaces: 2, services: 4, pods: 8, policies: 0 });
  const api = await fakeApi([...objects, accepted, other]);
  await writeFile(join(path(), 'config'), kubeconfigText({ here: api.server }, 'here'));
  const { code, printed } = await lint('--kubeconfig', 'config', '--print', 'json');
  await api.close();
  expect(code).toBe(1);
  const json = JSON.parse(printed);
  expect(json.findings).toMatchObject([{ code: 'selector-matches-nothing', object: 'PeerAuthentication team-0/gone' }]);
  expect(json.findings[0]).not.toHaveProperty('file');
  expect(json.accepted).toMatchObject([{ object: 'PeerAuthentication team-0/lost' }]);
  expect(api.calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
});

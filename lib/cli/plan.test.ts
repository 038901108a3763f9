import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fakeApi } from '../platform/kube/api-fixtures.ts';
import { kubeconfigText } from '../platform/kube/fixtures.ts';
import { app, namespace, policy, security } from '../survey/fixtures.ts';
import { generatedMesh } from '../tools/bench/generated-mesh.ts';
import { contextWith } from './fixtures.ts';
import { main } from './main.ts';
import { meshFolder } from './mesh-fixtures.ts';

const { path, write, run } = meshFolder();

const shop = [namespace('shop'), ...app('shop', 'web'), ...app('shop', 'old', { sidecar: false })];
const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });

test('what breaks ends with 1, what breaks nothing with 0', async () => {
  await write('now/mesh.yaml', ...shop);
  await write('strict.yaml', strict);
  const from = ['plan', '--from', 'now', '--istio', '1.31'];
  expect(await run(...from, '-f', 'strict.yaml')).toMatchObject({
    code: 1,
    printed: expect.stringMatching(/1 pair would break\.$/),
  });
  await write('now/mesh.yaml', ...shop, strict);
  expect(await run(...from, '--delete', 'PeerAuthentication/shop/default')).toMatchObject({
    code: 0,
    printed: expect.stringContaining('open to plain text'),
  });
});

test('mutual TLS that is required afterwards: exit code 1 and the pairs, although nothing breaks', async () => {
  await write('now/mesh.yaml', ...shop, strict);
  const change = ['plan', '--from', 'now', '--istio', '1.31', '--delete', 'PeerAuthentication/shop/default'];
  expect((await run(...change)).code).toBe(0);
  const required = await run(...change, '--require', 'mtls');
  expect(required.code).toBe(1);
  expect(required.printed).toMatch(
    /Nothing breaks\.\n\nRequired: mutual TLS\. 5 pairs are not afterwards:\n {2}outsider>web\.shop:80 {2}plain text\n/,
  );
  const excepted = await run(...change, '--require', 'mtls', '--except', 'outsider>*', 'shop/*>*.shop');
  expect(excepted).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/No request is answered without it afterwards, but of 5 pairs that are excepted\.$/),
  });
  await expect(run(...change, '--except', 'outsider>web.shop')).rejects.toThrow('--except is for --require');
});

test('an exception may name what is there only now, or only then, but nothing else', async () => {
  await write('now/mesh.yaml', ...shop);
  await write('then/mesh.yaml', namespace('shop'), ...app('shop', 'web'), ...app('shop', 'cart'));
  const gate = ['plan', '--from', 'now', '--to', 'then', '--istio', '1.31', '--require', 'mtls', '--except'];
  const { code, printed } = await run(...gate, 'shop/old>web.shop', 'outsider>cart.shop', 'outsider>web.shop');
  expect(printed).toMatch(/but of 2 pairs that are excepted\.$/);
  expect(code).toBe(0);
  await expect(run(...gate, 'shop/new>web.shop')).rejects.toThrow('there is no client shop/new');
});

test('one folder and another: what would be merged', async () => {
  await write('base/k8s.yaml', ...shop);
  await write('branch/k8s.yaml', ...shop, strict);
  const { code, printed } = await run('plan', '--from', 'base', '--to', 'branch', '--istio', '1.31');
  expect(code).toBe(1);
  expect(printed).toMatch(/create PeerAuthentication shop\/default \(branch\/k8s\.yaml:\d+\)/);
});

test('in a job of GitHub’s the summary has the plan, and the log annotations', async () => {
  await write('now/mesh.yaml', ...shop);
  const summaryFile = join(path(), 'summary.md');
  const { context, printed } = contextWith([], { cwd: path() });
  const github = { annotates: true, summaryFile };
  await main(['plan', '--from', 'now', '--istio', '1.31', '--strict', 'shop'], { ...context, github });
  expect(await readFile(summaryFile, 'utf8')).toContain('## 1 pair would break.');
  expect(printed.at(-1)).toMatch(/^::error title=1 pair would break/);
});

test('over a cluster, with nothing but reading', async () => {
  const api = await fakeApi(generatedMesh({ namespaces: 10, services: 20, pods: 40, policies: 0 }));
  await writeFile(join(path(), 'config'), kubeconfigText({ here: api.server }, 'here'));
  const { code, printed } = await run('plan', '--kubeconfig', 'config', '--strict', 'mesh', '--print', 'json');
  const upgraded = await run('upgrade', '--kubeconfig', 'config', '--to', '1.20', '--print', 'json');
  await api.close();
  const { summary, changes } = JSON.parse(printed);
  expect(code).toBe(Number(changes.some(({ how }: { how: string }) => how === 'breaks')));
  expect(summary.pairs).toBe(22 * 20);
  expect(summary.changes.shuts).toBeGreaterThan(0);
  expect(JSON.parse(upgraded.printed).istio).toEqual({ from: '1.31', to: '1.20' });
  expect(api.calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
});

test('the pages show what is printed', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const page = await readFile(join(root, 'docs/plan.md'), 'utf8');
  const shown = [
    ['plan', '--from', 'docs/check/shop.yaml', '--istio', '1.31', '--strict', 'shop'],
    ['upgrade', '-f', 'docs/plan', '--from', '1.20', '--to', '1.31'],
  ];
  for (const args of shown) {
    const { context, printed } = contextWith([], { cwd: root });
    await main(args, context);
    expect(page).toContain(printed.join('\n'));
  }
  const gate = ['--require', 'mtls', '--except', 'batch/invoices>web.shop:80'];
  const { context, printed } = contextWith([], { cwd: root });
  await main(['plan', '--from', 'docs/check', '--to', 'docs/check', '--istio', '1.31', ...gate], context);
  const text = printed.join('\n');
  expect(page).toContain(text.slice(text.indexOf('Required:')));
});

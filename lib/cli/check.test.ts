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

const { path, manifests, run } = meshFolder();
const check = (...args: string[]) => run('check', ...args);

const shop = [namespace('shop'), ...app('shop', 'web'), ...app('shop', 'cart')];
const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });

test('a folder of manifests, and what STRICT would break', async () => {
  const { code, printed } = await check(...(await manifests(...shop, ...app('shop', 'old', { sidecar: false }))));
  expect(code).toBe(0);
  expect(printed).toMatch(/ no: shop\/old would be refused by web\.shop:80\n.* and cart\.shop:80\n/);
  expect(printed).toMatch(/^shop\/cart, shop\/web +web\.shop:80, cart\.shop:80 +mutual TLS$/m);
});

test('mutual TLS that is required: exit code 1 and the pairs, but for what is excepted', async () => {
  const open = await manifests(...shop);
  const required = await check(...open, '--require', 'mtls');
  expect(required.code).toBe(1);
  expect(required.printed).toContain('Required: mutual TLS. 2 pairs are not:\n  outsider>web.shop:80  plain text\n');
  const excepted = await check(
    ...open,
    '--require',
    'mtls',
    '--except',
    'outsider>web.shop',
    'outsider > cart.shop:80',
  );
  expect(excepted).toMatchObject({
    code: 0,
    printed: expect.stringContaining('No request is answered without it, but of 2 pairs that are excepted.'),
  });
});

test('a client may be named by its workload', async () => {
  const own = app('shop', 'cart', { pod: { serviceAccountName: 'web' } });
  const open = await manifests(namespace('shop'), ...app('shop', 'web'), ...own);
  const { printed } = await check(...open, '--from', 'shop/cart', '--print', 'json');
  expect(JSON.parse(printed).clients).toMatchObject([{ account: 'web', workloads: ['cart'] }]);
  await expect(check(...open, '--require', 'mtls', '--except', 'shop/cart>web.shop:80')).rejects.toThrow(
    'shop/cart is one client with web, cart, which no policy tells apart: name shop/web.',
  );
});

test('a refusal is not an answer in plain text', async () => {
  expect((await check(...(await manifests(...shop, strict)), '--require', 'mtls')).code).toBe(0);
});

test('what cannot be judged is not what is required', async () => {
  const filter = policy('networking.istio.io/v1alpha3', 'EnvoyFilter', 'shop', 'x', {});
  const { code, printed } = await check(...(await manifests(...shop, strict, filter)), '--require', 'mtls');
  expect(code).toBe(1);
  expect(printed).toContain('shop/cart>web.shop:80  not judged');
});

test('one client and one server, with the reasons of this pair', async () => {
  const { printed } = await check(
    ...(await manifests(...shop, ...app('legacy', 'old', { sidecar: false }))),
    '--from',
    'shop/web',
    '--to',
    'cart.shop:80',
    '--explain',
  );
  expect(printed).toContain('1 client, 1 Service port, 1 pair');
  expect(printed).toContain('such as shop/web → cart.shop:80:');
  // Who would lose something by STRICT is asked of all.
  expect(printed).toContain('no: legacy/old would be refused');
  expect(printed).toContain(
    'shop/cart accepts mutual TLS and sees spiffe://cluster.local/ns/shop/sa/web\n        [result.mutual-tls]',
  );
});

test('the page shows what it prints', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const page = await readFile(join(root, 'docs/check.md'), 'utf8');
  for (const args of [[], ['--from', 'batch/invoices', '--to', 'orders.db', '--explain']]) {
    const { context, printed } = contextWith([], { cwd: root });
    await main(['check', '-f', 'docs/check', '--istio', '1.31', ...args], context);
    expect(page).toContain(printed.join('\n'));
  }
});

test('a page of all pairs is written beside what is printed, and opens at what is asked for', async () => {
  const { code, printed } = await check(...(await manifests(...shop)), '--html', 'out/mesh.html', '--to', 'cart.shop');
  expect(code).toBe(0);
  expect(printed).toContain('1 Service port');
  const page = await readFile(join(path(), 'out/mesh.html'), 'utf8');
  expect(page).toContain('2 of 6 pairs are plain text');
  expect(page).toContain('"asked":{"from":"","to":"cart.shop","show":""}');
  await writeFile(join(path(), 'file'), '');
  const misplaced = check(...(await manifests(...shop)), '--html', 'file/mesh.html');
  await expect(misplaced).rejects.toThrow(/file\/mesh\.html cannot be written .*: name another place\./);
});

test('a cluster, whose release its istiod shows; nothing is changed', async () => {
  const api = await fakeApi(generatedMesh({ namespaces: 10, services: 20, pods: 40, policies: 0 }));
  await writeFile(join(path(), 'config'), kubeconfigText({ here: api.server }, 'here'));
  const { code, printed } = await check('--kubeconfig', 'config', '--print', 'json');
  await api.close();
  expect(code).toBe(0);
  const { istio, source, summary, clients } = JSON.parse(printed);
  expect(istio).toEqual({ version: '1.31.0', release: '1.31', revision: 'default' });
  expect(source.kind).toBe('cluster');
  expect(clients.length).toBe(22);
  expect(summary).toMatchObject({ pairs: 22 * 20, results: { unknown: 0, none: 0 } });
  expect(api.calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
});

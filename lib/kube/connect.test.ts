import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { fakeApi } from './api-fixtures.ts';
import { connect } from './connect.ts';
import { kubeconfigText, listen, refuse } from './fixtures.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const kubeconfig = join(folder, crypto.randomUUID());
  await writeFile(kubeconfig, text);
  return kubeconfig;
}

async function complaint(options: Parameters<typeof connect>[0]): Promise<string> {
  const error = await connect(options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  return (error as Error).message;
}

test('a server that is there tells its version and what it serves, in the context that is named', async () => {
  const { server, close } = await fakeApi();
  const kubeconfig = await file(kubeconfigText({ here: server, there: 'http://127.0.0.1:1' }, 'there'));
  const kube = await connect({ kubeconfig, context: 'here' });
  expect(kube).toMatchObject({ label: `here (${server})`, version: 'v1.36.0' });
  expect(kube.served.get('security.istio.io')).toEqual(['v1']);
  await close();
});

describe('what is not there is told with its remedy', () => {
  test('the file', async () => {
    const kubeconfig = join(folder, 'none');
    expect(await complaint({ kubeconfig })).toBe(`There is no kubeconfig ${kubeconfig}: name one with --kubeconfig.`);
  });

  test.each([
    ['no YAML', 'a: [b'],
    ['nothing', ''],
    ['something else', '- a\n- b\n'],
    ['a list where names belong', JSON.stringify({ contexts: ['a'], clusters: [{}], users: [] })],
  ])('a kubeconfig with %s', async (_, text) => {
    const kubeconfig = await file(text);
    expect(await complaint({ kubeconfig })).toContain(`kubeconfig ${kubeconfig}`);
  });

  test('the context', async () => {
    const kubeconfig = await file(kubeconfigText({ here: 'http://127.0.0.1:1', there: 'http://127.0.0.1:1' }, 'here'));
    expect(await complaint({ kubeconfig, context: 'nowhere' })).toBe(
      `The kubeconfig ${kubeconfig} has no context nowhere (it has here, there): name one with --context.`,
    );
  });

  test('a current context', async () => {
    const kubeconfig = await file(kubeconfigText({ here: 'http://127.0.0.1:1' }));
    expect(await complaint({ kubeconfig })).toContain('has no current context (it has here): name one with --context.');
  });

  test('the server', async () => {
    const { server, close } = await listen(refuse(404));
    await close();
    const message = await complaint({ kubeconfig: await file(kubeconfigText({ here: server }, 'here')) });
    expect(message).toMatch(
      /^The API server of here \(http.*\) does not answer as it should \(.*ECONNREFUSED.*\): is the/,
    );
  });

  test.each([
    [403, 'you may not'],
    [503, 'starting'],
  ])('its welcome: %i', async (code, message) => {
    const { server, close } = await listen(refuse(code, message));
    expect(await complaint({ kubeconfig: await file(kubeconfigText({ here: server }, 'here')) })).toContain(
      `(${code}: ${message})`,
    );
    await close();
  });

  test('credentials that are not accepted', async () => {
    const { server, close } = await listen(refuse(401, 'Unauthorized'));
    expect(await complaint({ kubeconfig: await file(kubeconfigText({ here: server }, 'here')) })).toContain(
      'does not accept these credentials',
    );
    await close();
  });

  test('TLS, on a port that does not speak it', async () => {
    const { server, close } = await listen(refuse(404));
    const kubeconfig = await file(kubeconfigText({ here: server.replace('http:', 'https:') }, 'here'));
    expect(await complaint({ kubeconfig })).toContain('does not answer as it should');
    await close();
  });

  test('HTTP, on a port that does not speak it', async () => {
    const rude = createServer((socket) => socket.resume().end('220 welcome\r\n'));
    rude.listen(0, '127.0.0.1');
    await once(rude, 'listening');
    const server = `http://127.0.0.1:${(rude.address() as AddressInfo).port}`;
    expect(await complaint({ kubeconfig: await file(kubeconfigText({ here: server }, 'here')) })).toContain(
      'does not answer as it should',
    );
    rude.close();
    await once(rude, 'close');
  });

  test('an API server: a page of something else', async () => {
    const { server, close } = await listen((_, response) => response.end('<html>hello</html>'));
    expect(await complaint({ kubeconfig: await file(kubeconfigText({ here: server }, 'here')) })).toContain(
      'does not answer as it should',
    );
    await close();
  });
});

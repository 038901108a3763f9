import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { UsageError } from '../../errors.ts';
import { fakeApi } from '../api-fixtures.ts';
import { kubeconfigText, listen, refuse } from '../fixtures.ts';
import { connect } from './connect.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string | Buffer): Promise<string> {
  const kubeconfig = join(folder, crypto.randomUUID());
  await writeFile(kubeconfig, text);
  return kubeconfig;
}

/** Returns a kubeconfig with an additional field in its cluster or its user. */
function withCredential(list: string, fields: Record<string, string>): string {
  const config = parse(kubeconfigText({ here: 'https://127.0.0.1:1' }, 'here'));
  const [one] = config[list];
  Object.assign(one.cluster ?? one.user, fields);
  return stringify(config);
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
  expect(kube.served.get('PeerAuthentication.security.istio.io')).toEqual(['v1']);
  await close();
});

describe('what is not there is told with its remedy', () => {
  test('the file', async () => {
    const kubeconfig = join(folder, 'none');
    expect(await complaint({ kubeconfig })).toBe(
      `The kubeconfig ${kubeconfig} does not exist: name another with --kubeconfig.`,
    );
  });

  test.each<[string, string | Buffer, string]>([
    ['a line that ends too soon', 'a: [b', 'is not valid (unexpected end of the stream within a flow collection'],
    ['nothing', '\n', 'is empty'],
    ['bytes of a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0xff, 0x1b]), 'is binary data, not text'],
    ['an escape sequence', 'a: "\u001b[31m"', 'is binary data, not text'],
    ['no text that is valid', Buffer.from('a: \xff', 'latin1'), 'is binary data, not text'],
    ['the end missing', '{"users":[{"user":{"client-key-data":"c2VjcmV0', 'within a double quoted scalar'],
    ['a tab', 'a:\n\t- b', 'is not valid ('],
    ['null', 'null', 'is not valid (it lists no clusters)'],
    ['something else', '- a\n- b\n', 'has no current context (it has none)'],
    ['a list of names', JSON.stringify({ contexts: ['a'], clusters: [{}], users: [] }), 'it lists no clusters'],
  ])('a kubeconfig with %s', async (_, content, sentence) => {
    const kubeconfig = await file(content);
    const message = await complaint({ kubeconfig });
    expect(message).toContain(`The kubeconfig ${kubeconfig} `);
    expect(message).toContain(sentence);
    // Printable, on one line, and without anything that may be a key.
    expect(message).not.toMatch(/\p{Cc}|\u{fffd}|c2VjcmV0/u);
  });

  test('a file, where there is a directory', async () => {
    expect(await complaint({ kubeconfig: folder })).toBe(`The kubeconfig ${folder} is a directory: name a file in it.`);
  });

  test.each([
    ['clusters', 'certificate-authority-data', 'certificate'],
    ['users', 'client-certificate-data', 'certificate'],
    ['users', 'client-key-data', 'private key'],
  ])('PEM, in %s', async (list, field, what) => {
    for (const data of ['\u001b[31mnot PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']) {
      const kubeconfig = await file(withCredential(list, { [field]: Buffer.from(data).toString('base64') }));
      expect(await complaint({ kubeconfig })).toContain(
        `${kubeconfig} has a ${field} that is not a ${what} in PEM: get`,
      );
    }
  });

  test.each([
    ['clusters', 'certificate-authority'],
    ['users', 'client-certificate'],
    ['users', 'client-key'],
  ])('a file that %s name', async (list, field) => {
    const kubeconfig = await file(withCredential(list, { [field]: 'nowhere.pem' }));
    expect(await complaint({ kubeconfig })).toContain(
      `${kubeconfig} names a ${field} that cannot be read (ENOENT: no such file or directory, open '${folder}/nowhere.pem')`,
    );
  });

  test('a name that would act on a terminal does not', async () => {
    const message = await complaint({
      kubeconfig: await file(kubeconfigText({ '\u001b[2Jhere\n': 'http://127.0.0.1:1' })),
    });
    expect(message).toContain('(it has [2Jhere)');
    expect(message).not.toMatch(/\p{Cc}/u);
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

  test('its own current context, or the cluster of one', async () => {
    const context = { name: 'here', context: { cluster: 'there', user: 'me' } };
    const config = { clusters: [], users: [{ name: 'me', user: {} }], contexts: [context] };
    const gone = await file(JSON.stringify({ ...config, 'current-context': 'gone' }));
    expect(await complaint({ kubeconfig: gone })).toContain(
      'does not have its own current context, gone (it has here): name one with --context.',
    );
    const here = await file(JSON.stringify({ ...config, 'current-context': 'here' }));
    expect(await complaint({ kubeconfig: here })).toContain(
      'does not have the cluster there of its context here (it has here): name one with --context.',
    );
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

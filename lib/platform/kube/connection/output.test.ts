import { InconclusiveError } from '../../errors.ts';
import { execServer, type ServerShell } from '../fixtures.ts';
import { outputOf } from './output.ts';

const where = { namespace: 'full', pod: 'httpbin-1', container: 'istio-proxy' };
const command = ['pilot-agent', 'request', 'GET', 'certs'];
const done = { status: 'Success' };

let close: () => Promise<void>;
afterEach(() => close());

/** Runs the command on a server that does this when it begins. */
async function output(
  onOpen: (shell: ServerShell) => void,
  { most = 100, signal = new AbortController().signal } = {},
) {
  const server = await execServer(() => {}, { onOpen });
  close = async () => server.close();
  return { text: outputOf(server.kube, where, command, { most, signal }), paths: server.paths };
}

async function refusal(text: Promise<string>): Promise<string> {
  const error = await text.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InconclusiveError);
  return (error as Error).message;
}

test('what a command prints comes back, without a shell', async () => {
  const { text, paths } = await output((shell) => {
    shell.stdout('{"certificates":');
    shell.stderr('a warning');
    shell.stdout('[]}');
    shell.status(done);
  });
  expect(await text).toBe('{"certificates":[]}');
  const url = new URL(paths[0] ?? '', 'http://loopback');
  expect(url.pathname).toBe('/api/v1/namespaces/full/pods/httpbin-1/exec');
  expect(url.searchParams.getAll('command')).toEqual(command);
});

test('a command that prints nothing printed nothing', async () => {
  expect(await (await output((shell) => shell.status(done))).text).toBe('');
});

test.each<[string, (shell: ServerShell) => void, string]>([
  [
    'fails',
    (shell) => {
      shell.stderr('no such path\n');
      shell.status({ status: 'Failure', message: 'command terminated with exit code 1' });
    },
    'pilot-agent request GET certs in full/httpbin-1: command terminated with exit code 1 no such path',
  ],
  ['prints too much', (shell) => shell.stdout('a'.repeat(101)), 'it printed more than 100 characters'],
  ['is lost', (shell) => shell.socket.close(), 'the connection closed without a status'],
])('a command that %s is an error that says so', async (_, onOpen, sentence) => {
  expect(await refusal((await output(onOpen)).text)).toContain(sentence);
});

test('a command that does not end is left at the signal', async () => {
  const stop = new AbortController();
  const { text } = await output(() => stop.abort(new Error('time is up')), { signal: stop.signal });
  expect(await refusal(text)).toContain('stopped, time is up');
});

test('a signal that was there before ends it at once', async () => {
  const { text } = await output(() => {}, { signal: AbortSignal.abort(new Error('interrupted')) });
  expect(await refusal(text)).toContain('stopped, interrupted');
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { jest } from '@jest/globals';
import { InconclusiveError } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import { execServer, handshake, kubeOf, type Listening, listen, refuse, type ServerShell } from '../fixtures.ts';
import { openSession, type Session } from './session.ts';

const where = { namespace: 'full-ab12c', pod: 'sleep-1', container: 'sleep' };
const name = 'the shell in full-ab12c/sleep-1';
const LONG = 60_000;

const opened: { close(): unknown }[] = [];
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeAll(() => {
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
  await new Promise(setImmediate);
  expect(unhandled.splice(0)).toEqual([]);
});
afterAll(() => {
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

function kept<T extends { close(): unknown }>(one: T): T {
  opened.push(one);
  return one;
}

/** Opens a session on a server that answers scripts with `onScript`. */
async function session(onScript: Parameters<typeof execServer>[0]): Promise<Session> {
  const { kube } = kept(await execServer(onScript));
  return kept(await openSession(kube, where));
}

async function lost(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    (value) => new Error(`it gave ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InconclusiveError);
  return (error as Error).message;
}

test.each(['v5.channel.k8s.io', 'v4.channel.k8s.io'])(
  'a script’s output and exit code come back over %s',
  async (protocol) => {
    const server = kept(
      await execServer((shell, script, mark) => shell.stdout(`heard ${script}${mark} 3\n`), { protocol }),
    );
    const { run } = kept(await openSession(server.kube, where));
    expect(await run('echo one', LONG)).toEqual({ stdout: 'heard echo one', exitCode: 3 });
    const url = new URL(server.paths[0] ?? '', 'http://loopback');
    expect(url.pathname).toBe('/api/v1/namespaces/full-ab12c/pods/sleep-1/exec');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      command: 'sh',
      container: 'sleep',
      stdin: 'true',
      stdout: 'true',
      stderr: 'true',
      tty: 'false',
    });
  },
);

test('a real shell keeps its state from one script to the next, and each has its own output and exit code', async () => {
  const sh = spawn('sh', { stdio: ['pipe', 'pipe', 'inherit'] });
  opened.push({ close: () => sh.kill() });
  const { run } = await session((shell, script, mark) => {
    sh.stdout.removeAllListeners('data').on('data', (chunk: Buffer) => shell.stdout(chunk));
    sh.stdin.write(`${script}\nprintf '%s %s\\n' ${mark} $?\n`);
  });
  expect(await run('X=7; echo a; false', LONG)).toEqual({ stdout: 'a\n', exitCode: 1 });
  expect(await run('printf "%s" "no newline $X"', LONG)).toEqual({ stdout: 'no newline 7', exitCode: 0 });
  expect(await run('(exit 56)', LONG)).toEqual({ stdout: '', exitCode: 56 });
  expect((await run("printf '%050000d' 0; echo", LONG)).stdout).toHaveLength(50_001);
});

test('output that comes byte by byte, through marks and characters alike', async () => {
  const { run } = await session((shell, _, mark) => {
    for (const byte of Buffer.from(`häh→\u{1f600}\n${mark} 12\n`)) shell.stdout(Buffer.from([byte]));
  });
  expect(await run('x', LONG)).toEqual({ stdout: 'häh→\u{1f600}\n', exitCode: 12 });
});

test('a mark without its end, or in the middle of the output, ends nothing', async () => {
  const { run } = await session((shell, _, mark) => {
    shell.stdout(`${mark} and more\n`);
    shell.stdout(`${mark} 1`);
    shell.stdout('5\n');
  });
  expect(await run('x', LONG)).toMatchObject({ stdout: expect.stringContaining('and more'), exitCode: 15 });
});

test('two scripts asked for at once run one after the other', async () => {
  const heard: string[] = [];
  const { run } = await session((shell, script, mark) => {
    heard.push(script);
    setImmediate(() => {
      heard.push(`${script} answered`);
      shell.stdout(`${script}${mark} 0\n`);
    });
  });
  const both = await Promise.all([run('one', LONG), run('two', LONG)]);
  expect(both.map(({ stdout }) => stdout)).toEqual(['one', 'two']);
  expect(heard).toEqual(['one', 'one answered', 'two', 'two answered']);
});

describe('a fault while a script runs is inconclusive and says what happened', () => {
  const failure = (message: string) => ({ kind: 'Status', status: 'Failure', message, reason: 'NonZeroExitCode' });

  test.each<[string, (shell: ServerShell, script: string, mark: string) => void, string | RegExp]>([
    ['the connection dropped', ({ socket }) => socket.terminate(), 'closed without a status (code 1006'],
    [
      'the connection dropped in the middle of an answer',
      (shell, _, mark) => {
        shell.stdout(`half ${mark}`);
        shell.socket.terminate();
      },
      'closed without a status (code 1006',
    ],
    ['a close without a status', ({ socket }) => socket.close(1000), 'closed without a status (code 1000'],
    ['a close with a reason', ({ socket }) => socket.close(1011, 'kubelet gone'), 'code 1011, kubelet gone'],
    ['the shell killed', (shell) => shell.status(failure('command terminated with exit code 137')), 'exit code 137'],
    ['the shell ended well', (shell) => shell.status({ status: 'Success' }), 'it ended, Success'],
    [
      'a status before the output it belongs to',
      (shell, _, mark) => {
        shell.status({ status: 'Success' });
        shell.stderr('late');
        shell.stdout(`late ${mark} 0\n`);
      },
      'it ended, Success',
    ],
    [
      'what the shell said',
      (shell) => {
        shell.stderr('sh: curl: ');
        shell.stderr('Killed\n');
        shell.status(failure('gone'));
      },
      /gone \(output: sh: curl: Killed\)$/,
    ],
    ['a status that is no JSON', ({ socket }) => socket.send(Buffer.from('\u0003rubbish')), 'channel 3 cannot be read'],
    ['a channel that there is not', ({ socket }) => socket.send(Buffer.from('\u0009x')), 'channel 9 cannot be read'],
  ])('%s', async (_, onScript, message) => {
    const { run } = await session(onScript);
    const said = await lost(run('x', LONG));
    expect(said).toMatch(message);
    expect(said).toContain(name);
    // Every later script fails at once with the same error.
    expect(await lost(run('y', LONG))).toMatch(message);
  });

  test('the shell ended between two scripts, with output after its status', async () => {
    let open: ServerShell | undefined;
    const { run } = await session((shell, script, mark) => {
      open = shell;
      shell.stdout(`${script}${mark} 0\n`);
    });
    expect(await run('one', LONG)).toEqual({ stdout: 'one', exitCode: 0 });
    open?.status(failure('gone'));
    open?.stderr('late');
    open?.stdout('late');
    await once(open?.socket as ServerShell['socket'], 'close');
    expect(await lost(run('two', LONG))).toContain('it ended, gone');
  });

  test('silence', async () => {
    const { run } = await session(() => {});
    expect(await lost(run('x', 20))).toBe(`${name} did not respond within 20 ms`);
  });

  test('a late answer is never taken for the next one', async () => {
    let late: (() => void) | undefined;
    const { run } = await session((shell, script, mark) => {
      late = () => shell.stdout(`${script}${mark} 0\n`);
    });
    await lost(run('one', 20));
    late?.();
    expect(await lost(run('two', LONG))).toContain('did not respond within 20 ms');
  });

  test('closed by ourselves', async () => {
    const open = await session(() => open.close());
    expect(await lost(open.run('x', LONG))).toContain('closed without a status');
    expect(await lost(open.run('y', LONG))).toContain('closed without a status');
  });
});

describe('a shell that does not come up is inconclusive and says why', () => {
  const upgrading = async (status: string): Promise<Listening> =>
    kept(
      await listen(refuse(404), (_, socket) => {
        socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
      }),
    );

  test.each(['403 Forbidden', '404 Not Found', '500 Internal Server Error'])('%s', async (status) => {
    const { server } = await upgrading(status);
    const message = await lost(openSession(kubeOf(server), where));
    expect(message).toBe(`${name} did not open: Unexpected server response: ${status.slice(0, 3)}`);
  });

  test('nothing listens', async () => {
    const gone = await listen(refuse(404));
    await gone.close();
    expect(await lost(openSession(kubeOf(gone.server), where))).toContain('ECONNREFUSED');
  });

  test('the server hangs up in the middle of the handshake', async () => {
    const { server } = kept(await listen(refuse(404), (_, socket) => socket.destroy()));
    expect(await lost(openSession(kubeOf(server), where))).toContain('did not open');
  });

  test('the server speaks no protocol of exec', async () => {
    const { kube } = kept(await execServer(() => {}, { protocol: 'v9.channel.k8s.io' }));
    expect(await lost(openSession(kube, where))).toContain('did not open');
  });

  test('the container has no shell', async () => {
    const message = 'exec: "sh": executable file not found in $PATH';
    const { kube } = kept(
      await execServer(() => {}, { onOpen: (shell) => shell.status({ status: 'Failure', message }) }),
    );
    expect(await lost(openSession(kube, where))).toBe(`${name} was lost: it ended, ${message}`);
  });

  test('the server is silent, in bounded time; a connection that comes later is closed', async () => {
    const farewell = Promise.withResolvers<number>();
    let complete = (): void => {};
    const { server } = kept(
      await listen(refuse(404), (request, socket) => {
        complete = () => {
          socket.on('data', (frame: Buffer) => farewell.resolve(frame.readUInt8(0) & 15));
          socket.write(handshake(request.headers['sec-websocket-key'] ?? ''));
        };
        jest.advanceTimersByTime(defaultLimits.openMs);
      }),
    );
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    const message = await lost(openSession(kubeOf(server), where)).finally(() => jest.useRealTimers());
    expect(message).toBe(`${name} did not open: ${name} did not respond within ${defaultLimits.openMs} ms`);
    complete();
    const CLOSE = 8;
    expect(await farewell.promise).toBe(CLOSE);
  });

  test('within the time that is given, for the connection and the first answer together', async () => {
    const { kube } = kept(await execServer(() => {}, { onOpen: () => {} }));
    const begunAt = performance.now();
    expect(await lost(openSession(kube, where, 200))).toMatch(/^the shell in .* did not respond within \d+ ms$/);
    expect(performance.now() - begunAt).toBeLessThan(1_000);
  });
});

import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Exec, type V1Status } from '@kubernetes/client-node';
import { InconclusiveError, messageOf } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import type { Kube } from './connect.ts';
import { within } from './within.ts';

export interface ContainerRef {
  namespace: string;
  pod: string;
  container: string;
}

/** A shell in a container that stays open and runs one script after another. */
export interface Session {
  /**
   * Runs a script and returns its standard output and exit code.
   * @throws InconclusiveError if the shell was lost or the script did not end within `timeoutMs`
   */
  run(script: string, timeoutMs: number): Promise<{ stdout: string; exitCode: number }>;
  close(): void;
}

/** How many characters of stderr are kept for messages; the last ones show why the shell ended. */
const STDERR_KEPT = 2_000;

/** How many characters at the end of what was heard have the mark and an exit code. */
const ENDING = 80;

/**
 * Opens a shell in a container with the API server's exec. If the shell does not answer for any reason (the socket is
 * dropped, it closes without a status, nothing arrives), it counts as lost.
 * @param limitMs how long it may take until the shell answers
 * @throws InconclusiveError if the shell does not answer in time
 */
export async function openSession(kube: Kube, where: ContainerRef, limitMs = defaultLimits.openMs): Promise<Session> {
  const end = performance.now() + limitMs;
  const shell = shellOf(`the shell in ${where.namespace}/${where.pod}`);
  const socket = await openSocket(kube, where, shell, limitMs);
  // The shell prints this after each script. It is random, so that no output contains it by chance.
  const mark = `automtls-${crypto.randomUUID()}`;
  const answer = answersOf(shell.stdout, mark);

  let last: Promise<unknown> = Promise.resolve();
  const run: Session['run'] = (script, timeoutMs) => {
    const turn = last.then(() => {
      shell.stdin.write(`${script}\nprintf '%s %s\\n' ${mark} $?\n`);
      return within(Promise.race([answer(), shell.lost]), timeoutMs, shell.name);
    });
    // After a failure the shell is closed, because late output would count as the answer to the next script.
    turn.catch((error: unknown) => {
      shell.lose(messageOf(error));
      socket.close();
    });
    last = turn.catch(() => {});
    return turn;
  };
  const session: Session = { run, close: () => socket.close() };
  await run(':', Math.ceil(end - performance.now()));
  return session;
}

/** The streams of a shell, and whether it was lost. */
interface Shell {
  /** For messages. */
  name: string;
  stdin: PassThrough;
  stdout: PassThrough;
  stderr: PassThrough;
  /** Rejected once the shell is lost. */
  lost: Promise<never>;
  lose(why: string): void;
}

function shellOf(name: string): Shell {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  let said = '';
  stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-STDERR_KEPT);
  });
  // client-node ends both streams when the status arrives; whatever it writes to them afterwards is ignored.
  stdout.on('error', () => {});
  stderr.on('error', () => {});
  const lose = (why: string): void => {
    lost.reject(new InconclusiveError(`${name} was lost: ${why}${said === '' ? '' : ` (output: ${said.trim()})`}`));
  };
  return { name, stdin, stdout, stderr, lost: lost.promise, lose };
}

async function openSocket(kube: Kube, where: ContainerRef, shell: Shell, limitMs: number): Promise<{ close(): void }> {
  const { name, stdin, stdout, stderr, lose } = shell;
  const opening = execOf(kube, lose).exec(
    where.namespace,
    where.pod,
    where.container,
    ['sh'],
    stdout,
    stderr,
    stdin,
    false,
    (status: V1Status) => lose(`it ended, ${status.message ?? status.status ?? 'no reason given'}`),
  );
  const socket = await within(opening, limitMs, name).catch((error: unknown) => {
    opening.then((late) => late.close()).catch(() => {});
    throw new InconclusiveError(`${name} did not open: ${messageOf(error)}`);
  });
  socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
    lose(`the connection closed without a status (code ${code}${reason ? `, ${reason}` : ''})`);
  socket.onerror = ({ message }: { message: string }) => lose(message);
  if (socket.readyState !== socket.OPEN) lose('the connection closed at once');
  return socket;
}

/** Returns what waits for the output of the next script, up to the mark. */
function answersOf(stdout: PassThrough, mark: string): () => Promise<{ stdout: string; exitCode: number }> {
  let heard = '';
  stdout.setEncoding('utf8');
  stdout.on('data', (chunk: string) => {
    heard += chunk;
  });
  const ending = new RegExp(`${mark} (\\d+)\\n$`);
  return async () => {
    for (;;) {
      const end = ending.exec(heard.slice(-ENDING));
      if (end !== null) {
        const result = { stdout: heard.slice(0, -end[0].length), exitCode: Number(end[1]) };
        heard = '';
        return result;
      }
      await once(stdout, 'data');
    }
  };
}

/**
 * Catches client-node's error for a message that it cannot read; it throws in a socket event, where nobody catches it.
 */
export function execOf(kube: Kube, lose: (why: string) => void): Exec {
  const exec = new Exec(kube.config);
  const { handler } = exec;
  exec.handler = {
    connect: (path, onText, onBinary) =>
      handler.connect(path, onText, (channel, chunk) => {
        try {
          return onBinary?.(channel, chunk) ?? true;
        } catch (error) {
          lose(`the API server's message on channel ${channel} cannot be read: ${messageOf(error)}`);
          return false;
        }
      }),
  };
  return exec;
}

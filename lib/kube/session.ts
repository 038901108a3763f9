import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Exec, type V1Status } from '@kubernetes/client-node';
import { InconclusiveError, messageOf } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import type { Kube } from './connect.ts';
import { within } from './within.ts';

export interface Container {
  namespace: string;
  pod: string;
  container: string;
}

/** One shell in a container, kept open and told one script after the other. */
export interface Session {
  /**
   * Runs a script, returns what it printed to stdout and its exit code.
   * @throws InconclusiveError where the shell was lost or did not end within the time (ms): never a result.
   */
  run(script: string, timeoutMs: number): Promise<{ stdout: string; exitCode: number }>;
  close(): void;
}

/** Of what the shell itself says the end tells what it died of. */
const STDERR_KEPT = 2_000;

/**
 * Opens a shell in a container over the API server's exec.
 * Every way in which it can end without an answer (socket dropped, closed without a status, silence) is told as lost.
 * @param limitMs how long it may take until the shell answers
 * @throws InconclusiveError where the shell does not come up.
 */
export async function openSession(kube: Kube, where: Container, limitMs = defaultLimits.openMs): Promise<Session> {
  const end = performance.now() + limitMs;
  const name = `the shell in ${where.namespace}/${where.pod}`;
  // A mark that no answer can hold by chance: the shell's own words end with it.
  const mark = `automtls-${crypto.randomUUID()}`;
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  let said = '';
  stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-STDERR_KEPT);
  });
  const lose = (why: string): void => {
    lost.reject(new InconclusiveError(`${name} was lost: ${why}${said === '' ? '' : ` (output: ${said.trim()})`}`));
  };

  // client-node ends both with the status; what comes after it belongs to no answer.
  stdout.on('error', () => {});
  stderr.on('error', () => {});

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

  let heard = '';
  stdout.setEncoding('utf8');
  stdout.on('data', (chunk: string) => {
    heard += chunk;
  });
  const ending = new RegExp(`${mark} (\\d+)\\n$`);

  const answer = async (): Promise<{ stdout: string; exitCode: number }> => {
    for (;;) {
      const end = ending.exec(heard);
      if (end !== null) {
        const result = { stdout: heard.slice(0, end.index), exitCode: Number(end[1]) };
        heard = '';
        return result;
      }
      await once(stdout, 'data');
    }
  };

  let last: Promise<unknown> = Promise.resolve();
  const run: Session['run'] = (script, timeoutMs) => {
    const turn = last.then(() => {
      stdin.write(`${script}\nprintf '%s %s\\n' ${mark} $?\n`);
      return within(Promise.race([answer(), lost.promise]), timeoutMs, name);
    });
    // What a late shell still says would be taken for the next answer: after a failure it is never asked again.
    turn.catch((error: unknown) => {
      lose(messageOf(error));
      socket.close();
    });
    last = turn.catch(() => {});
    return turn;
  };
  const session: Session = { run, close: () => socket.close() };
  await run(':', Math.ceil(end - performance.now()));
  return session;
}

/** client-node throws what it cannot read into the socket's event, where nothing would catch it. */
function execOf(kube: Kube, lose: (why: string) => void): Exec {
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

import { PassThrough } from 'node:stream';
import type { V1Status } from '@kubernetes/client-node';
import { InconclusiveError, messageOf } from '../../errors.ts';
import type { Kube } from './connect.ts';
import { type ContainerRef, execOf } from './session.ts';

/**
 * Runs one command in a container and returns what it printed. Needs no shell there.
 * @param limits the most characters of its output, and what ends the wait
 * @throws InconclusiveError if it fails, prints more or nothing in time, or the connection is lost
 */
export async function outputOf(
  kube: Kube,
  { namespace, pod, container }: ContainerRef,
  command: string[],
  { most, signal }: { most: number; signal: AbortSignal },
): Promise<string> {
  const name = `${command.join(' ')} in ${namespace}/${pod}`;
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => {});
  const fail = (why: string): void => ended.reject(new InconclusiveError(`${name}: ${why}`));
  const [out, err] = [collector(most, fail), collector(most, fail)];
  const onStatus = ({ status, message }: V1Status): void => {
    // Its output may still be on its way through the stream.
    if (status === 'Success') out.stream.once('end', ended.resolve).end();
    else fail(`${message ?? status ?? 'it failed'} ${err.text().trim().slice(-300)}`.trim());
  };
  const onAbort = (): void => fail(`stopped, ${messageOf(signal.reason)}`);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const opening = execOf(kube, fail).exec(
    ...([namespace, pod, container, command, out.stream, err.stream, null, false, onStatus] as const),
  );
  opening.catch((error: unknown) => fail(messageOf(error)));
  try {
    const socket = await Promise.race([opening, ended.promise]);
    if (socket !== undefined) {
      socket.onclose = () => fail('the connection closed without a status');
      socket.onerror = ({ message }: { message: string }) => fail(message);
    }
    await ended.promise;
    return out.text();
  } finally {
    signal.removeEventListener('abort', onAbort);
    opening.then((late) => late.close()).catch(() => {});
  }
}

/** Collects a stream's text, and fails if there is too much of it. */
function collector(most: number, fail: (why: string) => void): { stream: PassThrough; text(): string } {
  const stream = new PassThrough();
  const chunks: string[] = [];
  let length = 0;
  stream.setEncoding('utf8');
  stream.on('error', () => {});
  stream.on('data', (chunk: string) => {
    length += chunk.length;
    if (length > most) fail(`it printed more than ${most} characters`);
    else chunks.push(chunk);
  });
  return { stream, text: () => chunks.join('') };
}

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import pRetry from 'p-retry';
import { messageOf, UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';

interface Download {
  /** SHA-256, in hexadecimal digits. */
  digest: string;
  signal: AbortSignal;
  /** Called with the bytes received so far, and their total if the server sends it. */
  onProgress: (done: number, total: number | undefined) => void;
}

/** The network or the server failed; another attempt may succeed. */
class BrokenOff extends UsageError {}

/**
 * Downloads a file and checks its SHA-256 digest. Retries if the network or the server failed.
 * @throws UsageError that says what could not be downloaded and what to do
 */
export async function download(url: string, file: string, options: Download): Promise<void> {
  const found = await retried(() => save(url, file, options), options.signal);
  if (found !== options.digest) {
    throw new UsageError(
      `${url} has the SHA-256 digest ${found}, but ${options.digest} is published: the download was changed or truncated on the way, so it is not used.`,
    );
  }
}

/** Saves a URL to a file and returns the digest. */
async function save(url: string, file: string, { signal, onProgress }: Download): Promise<string> {
  const response = await get(url, signal);
  const length = response.headers.get('content-length');
  const total = length === null ? undefined : Number(length);
  const hash = createHash('sha256');
  let done = 0;
  const target = await open(file, 'w');
  try {
    for await (const chunk of response.body ?? []) {
      hash.update(chunk);
      await target.appendFile(chunk).catch((error) => {
        throw new UsageError(`${file} could not be written (${messageOf(error)}): make room, and try again.`);
      });
      done += chunk.length;
      onProgress(done, total);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UsageError) throw error;
    const seen = `${done}${total === undefined ? '' : ` of ${total}`} bytes`;
    throw new BrokenOff(`The download of ${url} stopped after ${seen} (${causeOf(error)}): try again.`);
  } finally {
    await target.close();
  }
  return hash.digest('hex');
}

/**
 * Downloads a file in the format of `sha256sum` and returns the digest in it.
 * @throws UsageError that says what could not be downloaded and what to do
 */
export async function publishedDigest(url: string, signal: AbortSignal): Promise<string> {
  const read = async (): Promise<string> => {
    const response = await get(url, signal);
    return response.text().catch((error) => {
      signal.throwIfAborted();
      throw new BrokenOff(`The download of ${url} stopped (${causeOf(error)}): try again.`);
    });
  };
  const text = await retried(read, signal);
  const [digest] = /^[0-9a-f]{64}\b/.exec(text) ?? [];
  if (digest === undefined) {
    throw new UsageError(
      `${url} contains "${text.slice(0, 40)}" instead of a SHA-256 digest: try again from another network.`,
    );
  }
  return digest;
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal }).catch((error) => {
    signal.throwIfAborted();
    throw new BrokenOff(
      `${url} could not be fetched (${causeOf(error)}): check the network (NODE_USE_ENV_PROXY=1 behind a proxy), or use --cluster native.`,
    );
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const what = `${url} could not be fetched (${response.status} ${response.statusText})`;
  // With any other status, another attempt would get the same answer.
  if (response.status === 429 || response.status >= 500) throw new BrokenOff(`${what}: try again.`);
  throw new UsageError(`${what}: use a published release, or --cluster native.`);
}

/** The pause before another attempt; a server that has just failed needs some time. */
const PAUSE_MS = 500;

function retried<T>(once: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const options = { retries: defaultLimits.downloadRetries, minTimeout: PAUSE_MS, signal };
  return pRetry(once, { ...options, shouldRetry: ({ error }) => error instanceof BrokenOff });
}

/** The message of fetch's own error says only "fetch failed"; the reason is in its cause. */
function causeOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return messageOf(cause ?? error) || String((cause as { code?: string }).code);
}

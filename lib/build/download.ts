import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { messageOf, UsageError } from '../errors.ts';

/**
 * Downloads a file and checks it against its SHA-256 digest.
 * @param options.onProgress told the bytes that are there, and of how many where the server says so
 * @throws UsageError that says what could not be fetched and what to do
 */
export async function download(
  url: string,
  file: string,
  options: { digest: string; signal: AbortSignal; onProgress: (done: number, total: number | undefined) => void },
): Promise<void> {
  const { digest, signal, onProgress } = options;
  const response = await get(url, signal);
  const length = response.headers.get('content-length');
  const total = length === null ? undefined : Number(length);
  const hash = createHash('sha256');
  let done = 0;
  const target = await open(file, 'w');
  try {
    for await (const chunk of response.body ?? []) {
      hash.update(chunk);
      await target.appendFile(chunk);
      done += chunk.length;
      onProgress(done, total);
    }
  } catch (error) {
    signal.throwIfAborted();
    const seen = `${done}${total === undefined ? '' : ` of ${total}`} bytes`;
    throw new UsageError(`The download of ${url} stopped after ${seen} (${causeOf(error)}): try again.`);
  } finally {
    await target.close();
  }
  const found = hash.digest('hex');
  if (found !== digest) {
    throw new UsageError(
      `${url} has the SHA-256 digest ${found}, but ${digest} is published: the download was changed or truncated on the way, so it is not used.`,
    );
  }
}

/** Returns the digest in a file as `sha256sum` writes it. */
export async function publishedDigest(url: string, signal: AbortSignal): Promise<string> {
  const response = await get(url, signal);
  const text = await response.text().catch((error) => {
    signal.throwIfAborted();
    throw new UsageError(`The download of ${url} stopped (${causeOf(error)}): try again.`);
  });
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
    throw new UsageError(
      `${url} could not be fetched (${causeOf(error)}): check the network (NODE_USE_ENV_PROXY=1 behind a proxy), or use --cluster native.`,
    );
  });
  if (response.ok) return response;
  throw new UsageError(
    `${url} could not be fetched (${response.status} ${response.statusText}): use a published release, or --cluster native.`,
  );
}

/** What fetch throws says nothing itself. */
function causeOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return messageOf(cause ?? error) || String((cause as { code?: string }).code);
}

import * as http from 'node:http';
import * as https from 'node:https';
import { InconclusiveError, UsageError } from '../../errors.ts';
import type { Kube } from './connect.ts';
import { isRefusal, sentenceOf } from './refusal.ts';

const kept = { keepAlive: true, maxSockets: 16 };
const secure = new https.Agent(kept);
const open = new http.Agent(kept);

/**
 * Sends a request that client-node's typed clients do not support to the API server. Returns the parsed answer.
 * @throws UsageError if the API server rejects it; InconclusiveError if the API server fails or cannot be reached. The
 * cause is the HTTP status, if there was one
 */
export async function raw<T>(
  kube: Kube,
  path: string,
  how: { method?: string; accept?: string; body?: unknown } = {},
): Promise<T> {
  const options: https.RequestOptions = {};
  await kube.config.applyToHTTPSOptions(options);
  const url = new URL(path, kube.config.getCurrentCluster()?.server);
  const body = how.body === undefined ? '' : JSON.stringify(how.body);
  const headers = {
    ...options.headers,
    accept: how.accept ?? 'application/json',
    'content-type': 'application/json',
    // Node does not set the length of a DELETE's body, and the server would read the body as the next request.
    'content-length': Buffer.byteLength(body),
  };
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const fail = (error: Error): void =>
    reject(new InconclusiveError(`${kube.label} does not answer ${how.method ?? 'GET'} ${path}: ${sentenceOf(error)}`));
  const [request, own] = url.protocol === 'https:' ? [https.request, secure] : [http.request, open];
  // If the kubeconfig has a proxy, client-node's agent uses it.
  const agent = kube.config.getCurrentCluster()?.proxyUrl === undefined ? own : options.agent;
  const outgoing = request(url, { ...options, agent, method: how.method ?? 'GET', headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', fail);
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const answer = `${kube.label} answers ${response.statusCode} to ${how.method ?? 'GET'} ${path}`;
      if (response.statusCode === undefined || response.statusCode >= 300) {
        const kind = isRefusal(response.statusCode) ? UsageError : InconclusiveError;
        return reject(new kind(`${answer}: ${messageIn(text)}`, { cause: response.statusCode }));
      }
      try {
        resolve(JSON.parse(text) as T);
      } catch {
        reject(new UsageError(`${answer} with something that is not JSON: ${text.slice(0, 200)}`));
      }
    });
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    // The server closed the connection while it was idle, so the request did not fail by itself. It is sent again.
    if (outgoing.reusedSocket && error.code === 'ECONNRESET' && how.method === undefined) {
      return resolve(raw(kube, path, how));
    }
    fail(error);
  });
  outgoing.end(body);
  return promise;
}

/** Returns the message in the API server's answer; an answer of another program, such as a proxy, as it is. */
function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { message: string }).message);
  } catch {
    return text.slice(0, 200);
  }
}

import * as http from 'node:http';
import * as https from 'node:https';
import { InconclusiveError, UsageError } from '../errors.ts';
import type { Kube } from './connect.ts';
import { isRefusal, sentenceOf } from './refusal.ts';

const kept = { keepAlive: true, maxSockets: 16 };
const secure = new https.Agent(kept);
const open = new http.Agent(kept);

/**
 * One request to the API server, for what client-node's typed clients have no call for. Returns the parsed answer.
 * @throws UsageError where the API server refuses; InconclusiveError where it is out of order or out of reach
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
    // Node states no length for the body of a DELETE by itself, and the server would take it for the next request.
    'content-length': Buffer.byteLength(body),
  };
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const fail = (error: Error): void =>
    reject(
      new InconclusiveError(`${kube.label} does not answer to ${how.method ?? 'GET'} ${path}: ${sentenceOf(error)}`),
    );
  const [request, own] = url.protocol === 'https:' ? [https.request, secure] : [http.request, open];
  // Where the kubeconfig names a proxy, client-node's agent leads through it.
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
        return reject(new kind(`${answer}: ${messageIn(text)}`));
      }
      try {
        resolve(JSON.parse(text) as T);
      } catch {
        reject(new UsageError(`${answer} with something that is not JSON: ${text.slice(0, 200)}`));
      }
    });
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    // The server had closed a connection that was idle: that says nothing of the request.
    if (outgoing.reusedSocket && error.code === 'ECONNRESET' && how.method === undefined) {
      return resolve(raw(kube, path, how));
    }
    fail(error);
  });
  outgoing.end(body);
  return promise;
}

/** What the API server says of its own answer; another's is shown as it is. */
function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { message: string }).message);
  } catch {
    return text.slice(0, 200);
  }
}

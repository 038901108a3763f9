import * as http from 'node:http';
import * as https from 'node:https';
import { UsageError } from '../errors.ts';
import type { Kube } from './connect.ts';

const kept = { keepAlive: true, maxSockets: 16 };
const secure = new https.Agent(kept);
const open = new http.Agent(kept);

/**
 * One request to the API server, for what client-node's typed clients have no call for. Returns the parsed answer.
 * @throws UsageError where the answer is not a success
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
  const [request, agent] = url.protocol === 'https:' ? [https.request, secure] : [http.request, open];
  const outgoing = request(url, { ...options, agent, method: how.method ?? 'GET', headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const answer = `${kube.label} answers ${response.statusCode} to ${how.method ?? 'GET'} ${path}`;
      if (response.statusCode === undefined || response.statusCode >= 300) {
        return reject(new UsageError(`${answer}: ${text.slice(0, 200)}`));
      }
      try {
        resolve(JSON.parse(text) as T);
      } catch {
        reject(new UsageError(`${answer} with what is no JSON: ${text.slice(0, 200)}`));
      }
    });
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { failure, say } from '../../platform/kube/fixtures.ts';
import { cellsOf, judge, kubeconfig } from './harness.ts';

// Istio 1.19 to 1.21 serve `security.istio.io/v1`, but not for PeerAuthentication. Today's istiod watches that version, so
// it must stay in the CRD: an API server that hides it from the run alone is before the real one.

const GROUP = 'security.istio.io';
const RESOURCE = 'peerauthentications';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('PeerAuthentication in v1beta1 alone, of a group that serves v1: every step is told', async () => {
  const older = await withoutV1();
  const judged = judge(directory, '--kubeconfig', older.kubeconfig, '--suite', 'strict');
  const { exitCode, all, results } = await judged.finally(older.close);
  expect(older.refused).toEqual([]);
  expect(all).toMatch(/\d+ passed, 0 failed$/);
  expect(exitCode).toBe(0);
  const repro = cellsOf(results).flatMap(({ repro }) => repro);
  expect(repro.join('\n')).toContain(`apiVersion: ${GROUP}/v1beta1\nkind: PeerAuthentication\n`);
});

/** What stands before the API server of the live tests. */
interface Older {
  kubeconfig: string;
  /** Calls for what it does not serve. */
  refused: string[];
  close(): void;
}

async function withoutV1(): Promise<Older> {
  const config = parse(await readFile(await kubeconfig(), 'utf8'));
  const { cluster } = config.clusters[0];
  const { user } = config.users[0];
  const decoded = (data: string): Buffer => Buffer.from(data, 'base64');
  const credentials = {
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  };
  const agent = new Agent({ ...credentials, keepAlive: true });
  const { hostname, port } = new URL(cluster.server);
  const onward = ({ method, url, headers }: IncomingMessage): RequestOptions => {
    const { host: _, ...others } = headers;
    return { hostname, port, method: method ?? 'GET', path: url ?? '/', headers: others, agent };
  };

  const refused: string[] = [];
  const server = createServer((incoming, response) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://loopback');
    if (pathname.startsWith(`/apis/${GROUP}/v1/`) && pathname.includes(RESOURCE)) {
      refused.push(`${incoming.method} ${pathname}`);
      return say(response, 404, failure(404, 'the server could not find the requested resource'));
    }
    const outgoing = request(onward(incoming), async (answer) => {
      if (pathname !== `/apis/${GROUP}/v1`) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        return answer.pipe(response);
      }
      const list = JSON.parse((await answer.setEncoding('utf8').toArray()).join('')) as {
        resources: { name: string }[];
      };
      say(response, 200, { ...list, resources: list.resources.filter(({ name }) => !name.startsWith(RESOURCE)) });
    });
    incoming.pipe(outgoing);
  });
  // Execs.
  server.on('upgrade', (incoming, outside) => {
    const outgoing = request({ ...onward(incoming), agent: new Agent(credentials) }).end();
    outgoing.on('upgrade', (answer, inside, head) => {
      const lines = answer.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []));
      outside.write(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'));
      outside.write(head);
      outside.pipe(inside).pipe(outside);
      for (const socket of [outside, inside]) socket.on('error', () => [outside, inside].map((one) => one.destroy()));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cluster.server = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  delete cluster['certificate-authority-data'];
  // client-node takes no plain HTTP otherwise.
  cluster['insecure-skip-tls-verify'] = true;
  const file = join(directory, 'kubeconfig');
  await writeFile(file, stringify(config));
  return {
    kubeconfig: file,
    refused,
    close: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

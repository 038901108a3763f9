import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { AskResult, Results } from '../../results/types.ts';
import { inFull, judge, kubeconfig, mesh, peerAuthentication, runNamespaces, until } from './harness.ts';

/** A door before the API server that can be slammed: nothing else makes a real exec drop. */
interface Door {
  kubeconfig: string;
  /** Drops every connection that is open. */
  slam(): void;
  /** Does so, and lets nobody in any more. */
  lock(): void;
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('every connection dropped in the middle of a step: asked again, and judged by what was seen', async () => {
  const door = await open();
  const judged = judge(join(directory, 'slammed'), '--kubeconfig', door.kubeconfig, '--suite', 'strict');
  await until(strictIsApplied);
  door.slam();
  const { exitCode, results } = await judged;
  door.lock();
  const notObserved = seenIn(results).filter(({ kind }) => kind === 'not-observed');
  expect(notObserved.map(({ why }) => why).join()).toContain('was lost: the connection closed without a status');
  expect(exitCode).toBe(0);
});

test('nothing heard any more from the middle of a step on: inconclusive, and the refusal does not pass', async () => {
  const door = await open();
  const judged = judge(join(directory, 'locked'), '--kubeconfig', door.kubeconfig, '--suite', 'strict');
  await until(strictIsApplied);
  door.lock();
  const { exitCode, results, all } = await judged;
  const cells = results.suites.flatMap(({ steps }) => steps.filter(isAsked).flatMap((step) => step.cells));
  expect(new Set(cells.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']));
  expect(exitCode).toBe(3);
  expect(all).toMatch(/^\? \d+ pairs (and \d+ checks )?are inconclusive/m);

  // What it could not take away, a later run does.
  const kube = await mesh();
  expect(await runNamespaces(kube)).toHaveLength(4);
  await judge(join(directory, 'after'), '--suite', 'permissive');
  await until(async () => (await runNamespaces(kube)).length === 0);
});

const isAsked = (step: { kind: string }): step is AskResult => step.kind === 'ask';

function seenIn({ suites }: Results) {
  return suites
    .flatMap(({ steps }) =>
      steps
        .filter(isAsked)
        .flatMap(({ cells }) => cells.flatMap(({ seen }) => seen.map(({ observation }) => observation))),
    )
    .filter((observation) => observation.kind === 'not-observed');
}

async function strictIsApplied(): Promise<boolean> {
  return (await inFull(await mesh(), peerAuthentication)).length > 0;
}

/** Opens a door on loopback: bytes go through as they are, so TLS is the API server's own. */
async function open(): Promise<Door> {
  const config = parse(await readFile(await kubeconfig(), 'utf8'));
  const { hostname, port } = new URL(config.clusters[0].cluster.server);
  const sockets = new Set<Socket>();
  const server = createServer((outside) => {
    const inside = connect({ host: hostname, port: Number(port) });
    outside.pipe(inside).pipe(outside);
    for (const socket of [outside, inside]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
  });
  await listening(server);
  config.clusters[0].cluster.server = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = join(directory, 'kubeconfig');
  await writeFile(file, stringify(config));
  const slam = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const lock = (): void => {
    server.close();
    slam();
  };
  return { kubeconfig: file, slam, lock };
}

async function listening(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
}

import { type FakeApi, fakeApi } from '../kube/api-fixtures.ts';
import { topologyOf } from '../model/topology.ts';
import { checks } from './checks.ts';
import { runOn } from './fixtures.ts';
import { workloadObjects } from './manifests.ts';
import { namespacesOf } from './run.ts';
import { topology as topologyNamed } from './topology.ts';

const topologies = [topologyNamed('ports')];
const namespaces = namespacesOf(topologies, 'ab12c3');
const topology = topologyOf(workloadObjects(topologies, namespaces));

let api: FakeApi;
afterEach(() => api.close());

/** What curl prints for a try: its exit code and what came. */
type Reply = `${number} ${string}`;
const [greeted, silent, closed] = ['28 server-first-protocol', '28 ', '0 '] as const;

/** Checks with a client without a sidecar, which gets these replies from the server inside and the one outside. */
async function checked(inside: (nth: number) => Reply, outside: (nth: number) => Reply = () => greeted) {
  api = await fakeApi();
  const run = async (script: string) => {
    const nth = new Map<string, number>();
    const lines = [...script.matchAll(/telnet:\/\/echo\.(inside|outside)-ab12c3:9000 .*"greeting (\d+) /g)];
    const stdout = lines.map(([, place = '', at = '']) => {
      nth.set(place, (nth.get(place) ?? -1) + 1);
      return `greeting ${at} ${(place === 'inside' ? inside : outside)(nth.get(place) as number)}\n`;
    });
    return { stdout: stdout.join('') };
  };
  const probeClients = new Map([['outside/sleep', { run }]]);
  return checks['server-first'](runOn(api, { topologies, namespaces, topology, probeClients }));
}

test('plain text to PERMISSIVE gets nothing, and to a server without a sidecar the first bytes', async () => {
  expect(await checked(() => silent)).toEqual({
    verdict: 'pass',
    why: "sleep.outside → echo.inside: 30 × silent (the server's sidecar is PERMISSIVE, and waits for the first bytes of plain text); sleep.outside → echo.outside: 30 × greeted (the server has no sidecar)",
  });
});

test('one answer that should not be is a failure', async () => {
  const { verdict, why } = await checked((nth) => (nth === 7 ? greeted : silent));
  expect(verdict).toBe('fail');
  expect(why).toBe(
    "sleep.outside → echo.inside: 29 × silent, 1 × greeted, not silent: the server's sidecar is PERMISSIVE, and waits for the first bytes of plain text",
  );
});

test('the end of the connection is not silence', async () => {
  expect(await checked(() => closed)).toMatchObject({ verdict: 'fail', why: expect.stringContaining('30 × closed') });
  expect(await checked(() => '56 ')).toMatchObject({ verdict: 'fail', why: expect.stringContaining('30 × closed') });
});

test('silence proves nothing if no other server greeted the client at the same time', async () => {
  const { verdict, why } = await checked(
    () => silent,
    (nth) => (nth === 0 ? silent : greeted),
  );
  expect(verdict).toBe('inconclusive');
  expect(why).toContain('no server without a sidecar greeted it each time');
});

test.each<Reply>(['6 ', '7 ', '28 something else'])('curl’s “%s” says nothing about the mesh', async (reply) => {
  expect(await checked(() => reply)).toMatchObject({ verdict: 'inconclusive' });
});

test('nor does a try that was not reported', async () => {
  const lost = await checked((nth) => (nth === 0 ? ('' as Reply) : silent));
  expect(lost).toMatchObject({ verdict: 'inconclusive' });
});

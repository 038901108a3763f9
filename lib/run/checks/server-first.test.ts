import { destinationRule, peerAuthentication } from '../../model/fixtures.ts';
import { topologyOf } from '../../model/world/topology.ts';
import { type FakeApi, fakeApi } from '../../platform/kube/api-fixtures.ts';
import type { ProbeClient } from '../../probe/types.ts';
import { workloadObjects } from '../../scenario/manifests.ts';
import { namespacesOf, topology as topologyNamed } from '../../scenario/topology.ts';
import { learnedWith, runOn, told } from '../fixtures.ts';
import { checks } from './checks.ts';

const topologies = [topologyNamed('ports')];
const namespaces = namespacesOf(topologies, 'ab12c3');
const topology = topologyOf(workloadObjects(topologies, namespaces));

let api: FakeApi;
afterEach(() => api.close());

/** What curl prints for a try: its exit code and what came. */
type Reply = `${number} ${string}`;
const [greeted, silent, closed] = ['28 server-first-protocol', '28 ', '0 '] as const;

const tries = /telnet:\/\/echo\.(inside|outside)-ab12c3:9000 .*"greeting (\d+) /g;

/** A client that gets these replies from the server inside and the one outside. */
function clientOf(inside: (nth: number) => Reply, outside: (nth: number) => Reply = () => greeted): ProbeClient {
  const run = async (script: string) => {
    const nth = { inside: 0, outside: 0 };
    const lines = [...script.matchAll(tries)].map(([, place, at]) => {
      const reply = place === 'inside' ? inside(nth.inside++) : outside(nth.outside++);
      return `greeting ${at} ${reply}\n`;
    });
    return { stdout: lines.join('') };
  };
  return { run };
}

/** Checks with such a client outside. The one inside has a sidecar, and is always greeted. */
async function checked(...replies: Parameters<typeof clientOf>) {
  api = await fakeApi();
  const probeClients = new Map([
    ['inside/sleep', clientOf(() => greeted)],
    ['outside/sleep', clientOf(...replies)],
  ]);
  const run = runOn(api, { topologies, namespaces, topology, probeClients });
  return told(run, await checks['server-first'](run, learnedWith()));
}

test('plain text to PERMISSIVE gets nothing, and to a server without a sidecar the first bytes', async () => {
  const { verdict, why } = await checked(() => silent);
  expect(verdict).toBe('pass');
  expect(why.split('; ')).toEqual([
    "sleep.inside → echo.inside: 30 × greeted (over mutual TLS the client's sidecar sends the first bytes)",
    'sleep.inside → echo.outside: 30 × greeted (the server has no sidecar)',
    "sleep.outside → echo.inside: 30 × silent (the server's sidecar is PERMISSIVE, and waits for the first bytes of plain text)",
    'sleep.outside → echo.outside: 30 × greeted (the server has no sidecar)',
  ]);
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

test('reasons have the topology’s names', async () => {
  api = await fakeApi();
  const policy = peerAuthentication('inside-ab12c3/default', 'DISABLE');
  const rule = destinationRule('inside-ab12c3/rule', 'echo', 'ISTIO_MUTUAL');
  const probeClients = new Map([
    ['inside/sleep', clientOf(() => closed)],
    ['outside/sleep', clientOf(() => greeted)],
  ]);
  const run = runOn(api, { topologies, namespaces, topology, probeClients, mesh: { applied: [policy, rule] } });
  expect(told(run, await checks['server-first'](run, learnedWith())).why).toContain(
    'sleep.inside → echo.inside: 30 × closed (inside/echo accepts only plain text: mutual TLS from inside/sleep fails)',
  );
});

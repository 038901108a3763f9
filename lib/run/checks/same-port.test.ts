import { peerAuthentication } from '../../model/fixtures.ts';
import type { KubeObject } from '../../model/types.ts';
import { type FakeApi, fakeApi } from '../../platform/kube/api-fixtures.ts';
import type { ProbeClient } from '../../probe/types.ts';
import { learnedWith, namespaces, runOn, told } from '../fixtures.ts';
import { checks } from './checks.ts';

let api: FakeApi;
afterEach(() => api.close());

/** What curl prints of a request: the HTTP status and its exit code. */
type Reply = '200 0' | '000 56' | '000 45' | '000 28';

/** A client whose requests get these replies, in the order in which they are sent. */
function clientOf(reply: (name: string) => Reply): ProbeClient {
  return {
    run: async (script) => {
      const asked = [...script.matchAll(/-w 'same-port (\S+) /g)].map(([, name = '']) => name);
      return { stdout: asked.map((name) => `same-port ${name} ${reply(name)}\n`).join('') };
    },
  };
}

const strict = peerAuthentication(`${namespaces.full}/default`, 'STRICT');

/** Performs the check with a client without a sidecar that gets these replies. */
async function checked(reply: (name: string) => Reply, applied: KubeObject[] = [strict]) {
  api = await fakeApi();
  const never = clientOf(() => {
    throw new Error('a client with a sidecar is not refused');
  });
  const probeClients = new Map([
    ['full/sleep', never],
    ['legacy/sleep', clientOf(reply)],
  ]);
  const run = runOn(api, { mesh: { applied }, probeClients });
  return told(run, await checks['same-port'](run, learnedWith()));
}

const isControl = (name: string): boolean => name === 'before' || name === 'after';
const asAlways = (name: string): Reply => (isControl(name) ? '200 0' : '000 56');

test('a port that was refused is refused again', async () => {
  expect(await checked(asAlways)).toEqual({
    verdict: 'pass',
    why: 'sleep.legacy → httpbin.full: 5 requests in plain text; of the 5 that were refused, 0 were answered from the same port',
  });
});

test('one that is answered the second time is a failure', async () => {
  const { verdict, why } = await checked((name) => (name === '0.3.again' ? '200 0' : asAlways(name)));
  expect(verdict).toBe('fail');
  expect(why).toMatch(
    /of the 5 that were refused, 1 were answered from the same port, with 200, past the server's sidecar: with `interceptionMode: TPROXY`/,
  );
});

test.each<[string, (name: string) => Reply]>([
  ['no other server answers', () => '000 56'],
  ['no server answers afterwards', (name) => (name === 'before' ? '200 0' : '000 56')],
  ['nothing is refused at first', () => '200 0'],
  ['the port is in use', (name) => (name.endsWith('again') ? '000 45' : asAlways(name))],
  ['nothing comes of the second request', (name) => (name.endsWith('again') ? '000 28' : asAlways(name))],
])('where %s, nothing can be said', async (_, reply) => {
  expect((await checked(reply)).verdict).toBe('inconclusive');
});

test('nor where no server must refuse', async () => {
  expect((await checked(asAlways, [])).verdict).toBe('inconclusive');
});

import { InconclusiveError } from '../../platform/errors.ts';
import { fakeApi } from '../../platform/kube/api-fixtures.ts';
import { markOf, printed, type Reply } from '../../probe/fixtures.ts';
import { LOCAL_PORTS } from '../../probe/traffic/ask.ts';
import type { ProbeClient } from '../../probe/types.ts';
import { runOn } from '../../run/fixtures.ts';
import { assertAnswers, failureWords, refresher } from './refresh.ts';

const RESET = 'upstream connect error or disconnect/reset before headers. reset reason: connection termination';

/** Returns a refresh of the task's six pairs, with the replies of each client by server, and the scripts that it ran. */
async function refreshing(replies: Record<string, Reply> = {}) {
  const api = await fakeApi();
  const scripts: string[] = [];
  const clientOf = (client: string): ProbeClient => ({
    run: async (script) => {
      scripts.push(script);
      const servers = [...script.matchAll(/'http:\/\/httpbin\.(\w+)-/g)].map(([, server]) => `${client} ${server}`);
      const all = servers.map((pair) => {
        const reply = replies[pair] ?? 'p';
        return printed(reply, { mark: markOf(script), ...(reply === 503 && { body: RESET }) });
      });
      return { stdout: all.join('') };
    },
  });
  const probeClients = new Map(['full/sleep', 'legacy/sleep'].map((name) => [name, clientOf(name)]));
  const refresh = refresher(runOn(api, { probeClients }));
  await api.close();
  return { refresh, scripts };
}

test('where every pair answers there is nothing to say', async () => {
  const { refresh } = await refreshing({ 'full/sleep full': 'm' });
  expect(await refresh()).toEqual([]);
  await assertAnswers(refresh, 'round 1 of 15');
});

test('a pair that does not answer is named, with what was expected and what came', async () => {
  const { refresh } = await refreshing({ 'full/sleep legacy': 503, 'legacy/sleep full': 56 });
  const asserted = assertAnswers(refresh, 'round 4 of 15 with 600 pairs');
  await expect(asserted).rejects.toThrow(InconclusiveError);
  await expect(asserted).rejects.toThrow(
    `In round 4 of 15 with 600 pairs, 2 pairs did not answer, so the time says nothing: sleep.full → http://httpbin.legacy:8000: expected 200 over mutual TLS or in plain text, got 503, ${RESET} after 10 ms; sleep.legacy → http://httpbin.full:8000: expected 200 over mutual TLS or in plain text, got 000 with curl exit 56, Recv failure: Connection reset by peer after 10 ms.`,
  );
});

test('of many that do not answer, the first are named', () => {
  expect(failureWords(['a', 'b', 'c', 'd', 'e'])).toBe('a; b; c; and 2 more');
  expect(failureWords([])).toBe('');
});

test('a client asks from other ports in each round', async () => {
  const { refresh, scripts } = await refreshing();
  for (let round = 0; round < 3; round += 1) await refresh();
  const ports = scripts.flatMap((script) => Number(/--local-port (\d+)-/.exec(script)?.[1]));
  // The scripts of the two clients take turns; each asks three servers. After the last port comes the first.
  const following = [2, 3, 4, 5].map(
    (at) => ports[at] === (ports[at - 2] as number) + 3 || ports[at] === LOCAL_PORTS.first,
  );
  expect(following).toEqual([true, true, true, true]);
});

import { InconclusiveError } from '../../platform/errors.ts';
import { readReports, startLoad } from './load.ts';

test('reports are read in their order, with times since the epoch', () => {
  expect(readReports('100.05 200 0 0.002500\n100.06 000 56 0.000100\n', 1_000_000)).toEqual([
    { at: 1_100_050, ms: 2.5, status: 200, curlExit: 0 },
    { at: 1_100_060, ms: 0.1, status: 0, curlExit: 56 },
  ]);
  expect(readReports('', 0)).toEqual([]);
});

test('what is no report is an error that says what was printed: an old curl does not know --rate', () => {
  const text = '100.05 curl: option --rate: is unknown\n';
  expect(() => readReports(text, 0)).toThrow(InconclusiveError);
  expect(() => readReports(text, 0)).toThrow(/7\.84 or newer.*option --rate: is unknown/);
});

/** A client whose machine has been up for 50 s, and whose load has sent one more request each time that it is asked. */
function client() {
  const bootedAt = performance.timeOrigin + performance.now() - 50_000;
  const uptime = () => ((performance.timeOrigin + performance.now() - bootedAt) / 1000).toFixed(2);
  const scripts: string[] = [];
  const run = async (script: string) => {
    scripts.push(script);
    if (script.startsWith('read')) return { stdout: `${uptime()}\n` };
    return {
      stdout: script.startsWith('kill $(cat /tmp/automtls-load/processes 2') ? '' : `${uptime()} 200 0 0.001\n`,
    };
  };
  return { scripts, run };
}

const options = { url: 'http://httpbin.full:8000/headers', requestMs: 2_000, scriptMs: 200 };

test('the load is waited for until it has gone on for some time, and its requests have times of this machine', async () => {
  const { signal } = new AbortController();
  const load = await startLoad({ client: client(), ...options, signal });
  const begun = performance.timeOrigin + performance.now();
  await load.goOn(100);
  const now = performance.timeOrigin + performance.now();
  // The uptime has hundredths of a second.
  expect(now - begun).toBeGreaterThan(80);
  const [last] = await load.stop();
  expect(Math.abs((last?.at ?? 0) - now)).toBeLessThan(50);
});

test('a load that does not go on is not waited for for ever', async () => {
  const { run } = client();
  const { signal } = new AbortController();
  const stuck = { run: async (script: string) => (script.startsWith('tail') ? { stdout: '' } : run(script)) };
  const load = await startLoad({ client: stuck, ...options, signal });
  await expect(load.goOn(0)).rejects.toThrow(/requests of the load/);
});

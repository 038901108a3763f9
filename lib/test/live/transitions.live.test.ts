import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transitionsFrom } from '../../tools/transitions/file.ts';
import type { Transitions } from '../../tools/transitions/types.ts';
import { kubeconfig, mesh, runNamespaces, startCommand } from './harness.ts';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(out, { recursive: true }));

async function measure(path: string): Promise<{ exitCode: number | undefined; all: string; result: Transitions }> {
  const args = ['--kubeconfig', await kubeconfig(), '--path', path, '--times', '1', '--out', out];
  const { exitCode, all } = await startCommand('transitions', ...args);
  const file = join(out, 'latest/transitions.json');
  return { exitCode, all, result: transitionsFrom(await readFile(file, 'utf8'), file) };
}

test('no policy → STRICT: the whole load is counted from the change on, and nothing of the run is left', async () => {
  const { exitCode, all, result } = await measure('none:strict');
  expect(all).toMatch(/\n[01] of 1 path lost no request, [01] did$/);
  expect(exitCode).toBe(0);
  const [attempt] = result.paths[0]?.tries ?? [];
  expect(attempt).toMatchObject({ verdict: 'measured', why: [], changes: [{ arrivedMs: expect.any(Number) }] });
  expect(attempt?.rate).toBeGreaterThan(150);
  expect(attempt?.changes[0]?.sent).toBeGreaterThan(400);
  expect(await runNamespaces(await mesh())).toEqual([]);
});

test('through a setting that refuses the client: requests are lost, with 503, until the next change has arrived', async () => {
  const { exitCode, result } = await measure('permissive+disable:strict+disable:strict');
  expect(exitCode).toBe(0);
  expect(result.paths[0]?.settings.map(({ outcomes }) => outcomes)).toEqual([['plain'], ['unavailable'], ['mtls']]);
  const [refused, opened] = result.paths[0]?.tries[0]?.changes ?? [];
  expect(refused?.codes['503']).toBeGreaterThan(200);
  expect(refused?.longestMs).toBeGreaterThan(1_000);
  expect(opened?.lastMs).toBeLessThan((opened?.arrivedMs ?? 0) + 2_000);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { down, up } from '../../platform/clusters/native/index.ts';
import { compare } from '../../results/diff/compare.ts';
import type { Results } from '../../results/types.ts';
import { judge } from './harness.ts';

// What a release changed, seen live on both sides: a change that a rule explains, and one that nothing does. It builds
// releases, and so takes minutes where they are not there: npm run soak.

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(out, { recursive: true }));

test('from 1.10 to 1.12 a workload’s DISABLE reaches clients: explained by the rule that begins between the two', async () => {
  const [older, newer] = [await on('1.10.0', 'disable'), await on('1.12.7', 'disable')];
  const { changes } = compare(older, newer);
  expect(changes).toMatchObject([
    { step: 'DISABLE on httpbin.full', client: 'sleep.full', server: 'httpbin.full', explained: true },
  ]);
  expect(changes[0]?.why).toContain('auto-mtls.endpoint-disabled');
  expect([changes[0]?.a.verdict, changes[0]?.b.verdict]).toEqual(['pass', 'pass']);
}, 1_800_000);

test('a release in which STRICT does no more than PERMISSIVE: nothing explains what changed', async () => {
  const patch = fileURLToPath(new URL('strict-is-permissive.patch', import.meta.url));
  const [older, newer] = [await on('1.22.3', 'strict'), await on('1.24.2', 'strict', [patch])];
  const { changes } = compare(older, newer);
  expect(changes).toMatchObject([
    { step: 'STRICT on httpbin.full', client: 'sleep.legacy', server: 'httpbin.full', explained: false },
  ]);
  expect([changes[0]?.a.verdict, changes[0]?.b.verdict]).toEqual(['pass', 'fail']);
}, 1_800_000);

/** Runs a suite on a cluster with a version of Istio, with patches of its source where it is to be broken. */
async function on(istio: string, suite: string, patches: string[] = []): Promise<Results> {
  const name = `soak-${process.pid}`;
  const options = { onProgress: () => {}, signal: new AbortController().signal };
  const { kubeconfig } = await up({ name, istio, patches, lasting: false, ...options });
  try {
    return (await judge(join(out, istio), '--suite', suite, '--kubeconfig', kubeconfig)).results;
  } finally {
    await down({ name, onProgress: () => {} });
  }
}

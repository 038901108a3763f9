import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asksOf, judge } from './harness.ts';
import { follow } from './page.ts';
import { write } from './project.ts';

// Suites in a folder of the user's, on a live mesh: that of docs/api.md on the task's topology, and that of
// docs/suites.md with a topology beside it.

let folder: string;

const pageOf = (name: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url)), 'utf8');

/** Where the files of docs/suites.md belong beside a suite of one's own. */
const moved = {
  'manifests/topologies/shop/shop.yaml': 'suites/topologies/shop/shop.yaml',
  'manifests/topologies/shop/warehouse.yaml': 'suites/topologies/shop/warehouse.yaml',
  'manifests/policies/security.istio.io/shop-strict.yaml': 'suites/policies/shop-strict.yaml',
  'suites/shop.ts': 'suites/shop.mts',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-own-'));
  await write(folder, 'api.md', await pageOf('api.md'));
  await follow(folder, 'api.md');
  const page = await pageOf('suites.md');
  const block = (file: string): string => page.split(` ${file}\n`)[1]?.split('\n```')[0] ?? '';
  for (const [ours, theirs] of Object.entries(moved)) {
    await write(folder, theirs, block(ours).replace('export const shop: Suite =', 'export default'));
  }
});

afterAll(() => rm(folder, { recursive: true }));

test('they run and are reported like ours, between the checks of setup and cleanup', async () => {
  const suites = join(folder, 'suites');
  const { exitCode, all, results } = await judge(join(folder, 'results'), '--suites', suites);
  expect(all).toMatch(/\n\d+ passed, 0 failed$/);
  expect(exitCode).toBe(0);
  expect(results.suites.map(({ name }) => name)).toEqual(['setup', 'rollout', 'shop', 'cleanup']);
  const refused = asksOf(results).map(({ cells }) =>
    cells
      .filter(({ seen }) => seen.some(({ observation, counted }) => observation.kind === 'refused' && counted > 0))
      .map(({ client, server, port }) => `${client} → ${server}:${port}`),
  );
  expect(refused).toEqual([['sleep.legacy → httpbin.partial:8000'], [], ['stock.warehouse → httpbin.shop:8000'], []]);
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { kind } from '../cluster/kind/provider.ts';
import { planOf } from '../nightly/plan.ts';
import type { Night, Plan } from '../nightly/types.ts';

// One job of a night on a real cluster of kind, as the workflow runs it, and what the night then says. Needs a Docker
// engine. Where images cannot be pulled, ISTIO names a snapshot and NODE_IMAGE a node image that is there.

const root = fileURLToPath(new URL('../..', import.meta.url));
const { ISTIO, NODE_IMAGE } = process.env;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-kind-job-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The newest release, as a night plans it, or what the environment names in its place. */
function planned(): Plan['include'][number] {
  const [newest] = planOf(kind).include;
  if (newest === undefined) throw new Error('no release is planned');
  return {
    ...newest,
    ...(ISTIO && { istio: ISTIO, version: ISTIO }),
    ...(NODE_IMAGE && { node: NODE_IMAGE }),
  };
}

async function nightly(...args: string[]) {
  const { exitCode, all } = await execa('npm', ['run', '--silent', 'nightly', '--', ...args], {
    ...{ cwd: root, reject: false, all: true },
  });
  return { exitCode, all };
}

test('a job runs the whole task on kind, and the night takes its results', async () => {
  const job = planned();
  const at = (name: string) => join(folder, name);
  await writeFile(at('plan.json'), JSON.stringify({ include: [job] }));
  const asked = { ISTIO: job.istio, CLUSTER: job.cluster, NODE_IMAGE: job.node, SUITE: '', JOBS: at('jobs') };
  const env = { ...asked, CI: 'true', GITHUB_ACTIONS: '' };
  const ran = await execa('.ci/nightly-job', { cwd: root, env, reject: false, all: true });
  expect(ran.all).toMatch(/\d+ passed, 0 failed$/);
  expect(ran.exitCode).toBe(0);

  const files = ['--matrix', at('plan.json'), '--jobs', at('jobs'), '--out', at('night.json')];
  expect(await nightly('merge', ...files)).toEqual({ exitCode: 0, all: `${job.istio}: pass` });
  const night = JSON.parse(await readFile(at('night.json'), 'utf8')) as Night;
  expect(night.jobs).toMatchObject([{ results: { cluster: { provider: 'kind' }, summary: { partial: [] } } }]);

  const compared = await nightly('compare', '--night', at('night.json'), '--out', at('night'));
  expect(compared.all).toContain('All required releases pass.');
  expect(compared.exitCode).toBe(0);
}, 1_800_000);

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
    cwd: root,
    env: { CI: 'true', GITHUB_ACTIONS: '', GITHUB_EVENT_NAME: '', GITHUB_STEP_SUMMARY: '' },
    reject: false,
    all: true,
  });
  return { exitCode, all };
}

test('a job runs the whole task on kind, and the night takes its results', async () => {
  const job = planned();
  await writeFile(join(folder, 'plan.json'), JSON.stringify({ include: [job] }));
  const asked = ['--cluster', job.cluster, '--istio', job.istio, '--image', job.node, '--suite', ''];
  const ran = await nightly('job', '--night', folder, ...asked);
  expect(ran.all).toMatch(/\d+ passed, 0 failed$/);
  expect(ran.exitCode).toBe(0);

  const reported = await nightly('report', '--night', folder);
  expect(reported.all).toContain(`${job.istio}: pass\n`);
  expect(reported.all).toContain('All required releases pass.');
  expect(reported.exitCode).toBe(0);
  const night = JSON.parse(await readFile(join(folder, 'night.json'), 'utf8')) as Night;
  expect(night.jobs).toMatchObject([{ results: { cluster: { provider: 'kind' }, summary: { partial: [] } } }]);
}, 1_800_000);

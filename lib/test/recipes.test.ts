import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { app, namespace, policy, security } from '../survey/fixtures.ts';

// The workflow for Helm and kustomize of docs/github-actions.md, its commands played one by one in a repository.

const root = fileURLToPath(new URL('../..', import.meta.url));
const inShop = [...app('shop', 'web'), ...app('shop', 'old', { sidecar: false })];
const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-recipe-'));
});
afterEach(() => rm(folder, { recursive: true }));

const workspace = () => join(folder, 'workspace');
const git = (...args: string[]) =>
  execa('git', ['-C', workspace(), '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args]);

async function write(file: string, ...objects: readonly object[]): Promise<void> {
  const path = join(workspace(), file);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, objects.map((object) => stringify(object)).join('---\n'));
}

/** Makes a checkout of a branch whose base is another commit, with this project in its folder `automtls`. */
async function checkout(base: () => Promise<void>, branch: () => Promise<void>): Promise<void> {
  await mkdir(workspace());
  await git('init', '--quiet', '--initial-branch', 'main');
  await base();
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'base');
  await git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  await branch();
  await symlink(root, join(workspace(), 'automtls'));
}

/** Plays a job's commands until one fails, but the installation, which is there. Returns what the last one said. */
async function play(job: string): Promise<{ exitCode: number | undefined; stdout: string; command: string }> {
  const page = await readFile(join(root, 'docs/github-actions.md'), 'utf8');
  const [, block = ''] = /## Helm and kustomize\n.*?```yaml\n(.*?)```/s.exec(page) ?? [];
  const { jobs } = parse(block) as { jobs: Record<string, { steps: { run?: string }[] }> };
  const commands = (jobs[job]?.steps ?? []).flatMap(({ run }) => run ?? []);
  const PATH = [join(folder, 'bin'), process.env['PATH']].join(delimiter);
  const env = { PATH, HOME: folder, GITHUB_BASE_REF: 'main' };
  let last: Awaited<ReturnType<typeof play>> = { exitCode: undefined, stdout: '', command: '' };
  for (const command of commands.filter((one) => !one.startsWith('npm ci '))) {
    const options = { cwd: workspace(), env, extendEnv: false, reject: false };
    const { exitCode, stdout } = await execa('bash', ['-e', '-c', command], options);
    last = { exitCode, stdout, command };
    if (exitCode !== 0) return last;
  }
  return last;
}

const broken = {
  exitCode: 1,
  stdout: expect.stringMatching(
    /create PeerAuthentication shop\/default \(branch\.yaml:\d+\).*\n1 pair would break\.$/s,
  ),
  command: expect.stringContaining('automtls.sh plan'),
};

const { exitCode: kubectl } = await execa('kubectl', ['version', '--client'], { reject: false });

(kubectl === 0 ? test : test.skip)('kustomize: what an overlay of the branch breaks', async () => {
  const overlay = (...resources: string[]) =>
    write('overlays/prod/kustomization.yaml', { resources: ['../../shop', ...resources] });
  const base = async (): Promise<void> => {
    await write('shop/mesh.yaml', namespace('shop'), ...inShop);
    await write('shop/kustomization.yaml', { resources: ['mesh.yaml'] });
    await overlay();
  };
  await checkout(base, async () => {
    await write('overlays/prod/strict.yaml', strict);
    await overlay('strict.yaml');
  });
  expect(await play('kustomize')).toMatchObject(broken);
});

test('Helm: what a chart of the branch breaks, with the Namespaces beside it', async () => {
  // What helm does with a chart that has no variables: helm template NAME CHART.
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/helm'), '#!/bin/sh\ncat "$3"/templates/*.yaml\n', { mode: 0o755 });
  const base = async (): Promise<void> => {
    await write('namespaces.yaml', namespace('shop'));
    await write('chart/templates/a.yaml', ...inShop);
  };
  await checkout(base, () => write('chart/templates/a.yaml', ...inShop, strict));
  expect(await play('helm')).toMatchObject(broken);
});

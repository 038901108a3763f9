import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

// What actionlint does not look at: that workflows hold no logic, and steps no more rights than they need.

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => parse(readFileSync(join(root, file), 'utf8'));

interface Step {
  id?: string;
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
  env?: Record<string, string>;
}

interface Job {
  steps?: Step[];
  permissions?: Record<string, string>;
}

const workflows = globSync('.github/workflows/*.yml', { cwd: root });
const jobs = workflows.flatMap((file) => {
  const { env = {}, jobs } = read(file) as { env?: Record<string, string>; jobs: Record<string, Job> };
  return Object.entries(jobs).map(([name, { steps = [], permissions = {} }]) => {
    return { name: `${file} ${name}`, env: Object.keys(env), steps, permissions };
  });
});
const action = read('action.yml') as {
  inputs: Record<string, unknown>;
  outputs: Record<string, { value: string }>;
  runs: { steps: Step[] };
};
const all = [...jobs, { name: 'action.yml', env: [], steps: action.runs.steps, permissions: {} }];

test('workflows and their jobs are found', () => {
  expect(workflows.length).toBeGreaterThan(3);
  expect(jobs.length).toBeGreaterThan(8);
});

test.each(all)('$name: besides npm ci, one step of its own, which is one command of this project', ({ steps }) => {
  const commands = steps.flatMap(({ run }) => (run === undefined || run.startsWith('npm ci ') ? [] : [run]));
  // Reusable workflows have their steps elsewhere.
  expect(commands).toHaveLength(steps.length === 0 ? 0 : 1);
  for (const command of commands) {
    // One line, without an expression, by which whoever names a branch could run anything; no pipe and no condition.
    expect(command).toMatch(/^(?:npm run|\.ci\/)[^\n|&;`()]*$/);
    expect(command).not.toContain('${{');
    const scripts = [...command.matchAll(/(?:^| )(\.ci\/[\w-]+)/g)].map(([, script = '']) => script);
    const { scripts: npm } = read('package.json');
    const [, script] = /npm run (?:--silent )?([\w-]+)/.exec(command) ?? [];
    expect(scripts.filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([]);
    expect(script === undefined || script in npm).toBe(true);
  }
});

test.each(all)('$name: a command has every variable that it names', ({ env, steps }) => {
  // GitHub provides these.
  const provided = ['GITHUB_STEP_SUMMARY'];
  for (const { run = '', env: own = {} } of steps) {
    const named = [...run.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => ![...provided, ...env, ...Object.keys(own)].includes(name))).toEqual([]);
  }
});

test.each(all)(
  '$name: actions of others are pinned by a commit, and a checkout leaves no token behind',
  ({ steps }) => {
    const used = steps.filter(({ uses }) => uses !== undefined && uses !== './');
    expect(used.filter(({ uses }) => !/^[\w/-]+@[0-9a-f]{40}$/.test(uses as string))).toEqual([]);
    const checkouts = used.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const checkout of checkouts) expect(checkout.with).toMatchObject({ 'persist-credentials': false });
  },
);

test('only what writes the issue may write anything, and nothing has rights that it does not name', () => {
  for (const file of workflows) expect(read(file).permissions).toEqual({});
  const writing = jobs.filter(({ permissions }) => Object.values(permissions).includes('write'));
  expect(writing.map(({ name, permissions }) => [name, permissions])).toEqual(
    ['night.yml report', 'nightly.yml kind', 'nightly.yml native'].map((name) => [
      `.github/workflows/${name}`,
      { contents: 'read', issues: 'write' },
    ]),
  );
});

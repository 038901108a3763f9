import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { kubeconfig } from './harness.ts';
import { commandIn, follow, notPrinted } from './page.ts';
import { copyOfProject } from './project.ts';

// docs/suites.md, done as it says in a copy of the project, on the live mesh. suites/worked-example.test.ts has the rest.

let project: string;
let blocks: Awaited<ReturnType<typeof follow>>;

beforeAll(async () => {
  project = await copyOfProject();
  blocks = await follow(project, 'docs/suites.md');
});

afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});

/** Runs the nth command of the page in the copy, with what a reader's own cluster would add; returns what it printed. */
async function run(nth: number, ...more: string[]): Promise<{ printed: string; shown: string[] }> {
  const block = blocks.filter(({ language }) => language === 'console')[nth] as (typeof blocks)[number];
  const { file, args, shown } = commandIn(block);
  const { stdout } = await execa(file, [...args, ...more], { cwd: project, env: { CI: 'true', GITHUB_ACTIONS: '' } });
  return { printed: stdout, shown };
}

test('the mesh does what the page says', async () => {
  const { printed, shown } = await run(1, '--kubeconfig', await kubeconfig(), '--out', join(project, 'results'));
  expect(shown.length).toBeGreaterThan(2);
  expect(notPrinted(shown, printed)).toEqual([]);
  expect(printed).toMatch(/\d+ passed, 0 failed$/);
});

test('and what is checked of a change passes, as far as it knows of the example', async () => {
  const check = blocks.filter(({ language }) => language === 'console')[2] as (typeof blocks)[number];
  expect(commandIn(check)).toMatchObject({ file: 'npm', args: ['run', 'check'] });
  const inCopy = { cwd: project, env: { CI: 'true', GITHUB_ACTIONS: '' } };
  // They throw where a command fails. Most unit tests know nothing of the suites.
  await execa('npx', ['biome', 'check', '--error-on-warnings', '.'], inCopy);
  await execa('npx', ['tsc'], inCopy);
  await execa('npm', ['run', 'rooms'], inCopy);
  await execa(
    'npm',
    ['run', 'unit', '--', '--testPathPatterns', '/suites/|lib/test/(docs|boundaries)|platform/texts'],
    inCopy,
  );
}, 600_000);

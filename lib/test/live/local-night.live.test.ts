import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { stateDirectory } from '../../platform/clusters/native/kept/layout.ts';
import { nightFrom } from '../../tools/nightly/file.ts';
import { jobOf, nightWith } from '../../tools/nightly/fixtures.ts';
import type { Comparison, Night } from '../../tools/nightly/types.ts';
import { until } from './harness.ts';

// Whole nights on this machine: the two releases that are built already, each on a cluster of its own.

const root = fileURLToPath(new URL('../../..', import.meta.url));
const releases = '1.20,1.31';

/** What the first night is compared with. */
const lastNight = nightWith(...['1.31', '1.20'].map((istio) => ({ ...jobOf(istio), missing: 'it has no results' })));

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'automtls-'));
  await mkdir(join(out, '2026-01-02'));
  await writeFile(join(out, '2026-01-02', 'night.json'), JSON.stringify(lastNight));
  await symlink('2026-01-02', join(out, 'latest'));
});
afterAll(() => rm(out, { recursive: true }));

/** Starts `npm run nightly -- local …`, npm included; GitHub is not told of it. */
function start(args: string[], env: Record<string, string> = {}) {
  return execa('npm', ['run', '--silent', 'nightly', '--', 'local', '--suite', 'strict', ...args], {
    cwd: root,
    reject: false,
    all: true,
    forceKillAfterDelay: false,
    env: { ...env, GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' },
  });
}

/** Returns the folder of the newest night. */
async function newest(): Promise<string> {
  const names = (await readdir(out)).filter((name) => name.startsWith('2'));
  return join(out, names.sort().at(-1) ?? '');
}

/** Returns the processes that one has started. */
async function childrenOf(pid: number | undefined): Promise<number[]> {
  const { stdout } = await execa('pgrep', ['-P', String(pid)], { reject: false });
  return stdout.split('\n').filter(Boolean).map(Number);
}

async function written(folder: string): Promise<{ night: Night; comparison: Comparison; page: string }> {
  const text = (name: string) => readFile(join(folder, name), 'utf8');
  return {
    night: nightFrom(await text('night.json'), 'night.json'),
    comparison: JSON.parse(await text('comparison.json')) as Comparison,
    page: await text('night.html'),
  };
}

test('two releases, one after the other, compared with each other; a page that leads to their reports', async () => {
  const { all, exitCode } = await start(['--releases', releases, '--out', out]);
  expect(all).toMatch(/^1\.31: pass \(\d+ s\)$/m);
  expect(all).toMatch(/^night: 0 of 2 Istio 1\.31: \w+: /m);
  expect(all).toMatch(/^night: 1 of 2 (?:about \d+ min|less than a minute) left · Istio 1\.20: /m);
  expect(all).toMatch(/^1\.20\.1 +informational +1\.36\.4 +\d+ s +✓ pass 21 +(?:✓ )+/m);
  expect(all).toContain('Required releases pass everything that was tested.');
  expect(exitCode).toBe(0);

  const folder = await newest();
  expect(join(out, await readlink(join(out, 'latest')))).toBe(folder);
  const { night, comparison, page } = await written(folder);
  expect(night.jobs.map(({ istio, results }) => [istio, results?.summary.verdict])).toEqual([
    ['1.31', 'pass'],
    ['1.20', 'pass'],
  ]);
  expect(comparison.releases.map(({ from, to, diff }) => [from, to, diff.compared])).toEqual([['1.20', '1.31', 21]]);
  expect(comparison.alone).toEqual([
    '1.31 was missing in the night of 2026-01-02.',
    '1.20 was missing in the night of 2026-01-02.',
  ]);
  const links = [...page.matchAll(/ href="(jobs\/[^"]+)"/g)].map(([, href = '']) => href);
  expect(links).toEqual(
    ['1.31', '1.20'].flatMap((istio) => [`jobs/job-${istio}/latest/report.html`, `jobs/job-${istio}/log.txt`]),
  );
  expect(links.filter((href) => !existsSync(join(folder, href)))).toEqual([]);
  const names = night.jobs.map(({ results }) => results?.cluster.name ?? '');
  expect(names.map((name) => existsSync(stateDirectory(name)))).toEqual([false, false]);
}, 400_000);

test('^C ends the release under way and takes its cluster down; what there is is told, and not remembered', async () => {
  const [latest, before] = [await readlink(join(out, 'latest')), await newest()];
  const running = start(['--releases', releases, '--out', out]);
  const folder = await until(async () => {
    const now = await newest();
    return now !== before && now;
  });
  const log = join(folder, 'jobs', 'job-1.31', 'log.txt');
  await until(async () => existsSync(log) && (await readFile(log, 'utf8')).includes('the node is ready'));
  const [night] = await childrenOf(running.pid);
  const [job] = await childrenOf(night);
  expect(existsSync(stateDirectory(`run-${job}`))).toBe(true);
  running.kill('SIGINT');
  const { all, exitCode } = await running;
  expect(all).toContain('1.31 is missing: it was interrupted.');
  expect(all).toContain('1.20 is missing: it was not started because the night was interrupted.');
  expect(all).toMatch(/^No required release fails, but not everything could be determined: 1\.31\.$/m);
  expect(exitCode).toBe(130);
  expect(existsSync(stateDirectory(`run-${job}`))).toBe(false);

  const { page } = await written(folder);
  expect(page).toContain('href="jobs/job-1.31/log.txt"');
  // Only complete nights are compared with.
  expect(await readlink(join(out, 'latest'))).toBe(latest);
});

test('a release that cannot be built is missing, in its own words, and the night goes on to the next', async () => {
  const file = join(out, 'a file');
  await writeFile(file, '');
  const { all, exitCode } = await start(['--releases', releases, '--out', join(out, 'unbuilt')], {
    XDG_CACHE_HOME: file,
  });
  expect(all).toMatch(/^1\.31: .*ENOTDIR: not a directory, .*a file.* \(\d+ s\)$/m);
  expect(all).toMatch(/^1\.20: .*ENOTDIR: .* \(\d+ s\)$/m);
  expect(all).toMatch(/^No required release fails, but not everything could be determined: 1\.31\.$/m);
  expect(exitCode).toBe(3);
});

test.each([
  [['--releases', '1.99'], 'The native cluster has no Istio "1.99"'],
  [['--releases', '1.31..1.20'], 'has the newest release first: use 1.20..1.31.'],
  [['--releases', ''], '--releases needs a value, but it is empty'],
  [['--suite', 'strickt'], 'Unknown suite "strickt" (did you mean strict?)'],
  [['--out', '/proc/nights'], 'cannot be written'],
])('%j is refused with exit code 2, and nothing is made', async (args, sentence) => {
  const place = args.includes('--out') ? [] : ['--out', join(out, 'refused')];
  const { all, exitCode } = await start([...args, ...place]);
  expect(all).toContain(sentence);
  expect(exitCode).toBe(2);
  expect(existsSync(join(out, 'refused'))).toBe(false);
});

import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { detect } from '../../platform/istio/detect.ts';
import type { Kube } from '../../platform/kube/connection/connect.ts';
import { resultsFrom } from '../../results/file.ts';
import type { Results } from '../../results/types.ts';
import { kubeconfig, mesh, runNamespaces, start, until } from './harness.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let kube: Kube;
let found: string | undefined;
let directory: string;
beforeAll(async () => {
  kube = await mesh();
  found = (await detect(kube)).configMap.data['mesh'];
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
  expect(await runNamespaces(kube)).toEqual([]);
  expect((await detect(kube)).configMap.data['mesh']).toBe(found);
});

/** The arguments of a run in whose middle automatic mutual TLS is off for everybody. */
const autoOff = async (): Promise<string[]> => [
  ...['--kubeconfig', await kubeconfig(), '--suite', 'auto-off', '--mesh-wide'],
  ...['--out', join(directory, 'out')],
];
/** Waits until a run has switched automatic mutual TLS off; a run that ended before never will. */
async function off(running: PromiseLike<{ all?: unknown }>): Promise<void> {
  let ended: { all?: unknown } | undefined;
  running.then((result) => {
    ended = result;
  });
  await until(async () => {
    if (ended !== undefined) throw new Error(`the run ended before: ${ended.all}`);
    return !(await detect(kube)).mesh.autoMtls;
  });
}

async function results(): Promise<Results> {
  const file = join(directory, 'out', 'latest', 'results.json');
  return resultsFrom(await readFile(file, 'utf8'), file);
}

/** Starts `npm test -- …`, npm included, from a folder; GitHub is not told of it. */
function npmTest(args: string[], { cwd, ...options }: { cwd: string; env?: Record<string, string> }) {
  return execa('npm', ['--prefix', root, 'test', '--', ...args], {
    cwd,
    reject: false,
    all: true,
    forceKillAfterDelay: false,
    env: { ...options.env, GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' },
  });
}

test.each(['SIGHUP', 'SIGTERM', 'SIGQUIT'] as const)(
  '%s undoes what the run did, and fails nothing',
  async (signal) => {
    const running = start(...(await autoOff()));
    await off(running);
    running.kill(signal);
    const { exitCode, all } = await running;
    expect(all).toMatch(/\n\d+ passed, 0 failed$/);
    expect(exitCode).toBe(130);
  },
);

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGKILL'] as const)(
  '%s to npm alone ends the run',
  async (signal) => {
    const running = npmTest(await autoOff(), { cwd: root });
    await off(running);
    running.kill(signal);
    // Its streams are those of the run: this waits for both.
    const { exitCode } = await running;
    expect((await results()).summary.verdict).toBe('interrupted');
    if (signal === 'SIGINT' || signal === 'SIGTERM') expect(exitCode).toBe(130);
  },
);

/** What a preloaded module does when it is told. */
const faults = {
  'an exception': "throw new Error('nobody caught me')",
  'a rejection': "Promise.reject(new Error('nobody caught me'))",
};
test.each(Object.entries(faults))('%s that nobody caught ends the run with its stack', async (_, fault) => {
  const running = npmTest(await autoOff(), {
    cwd: root,
    env: {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${fault} })`)}`,
    },
  });
  await off(running);
  const { stdout: child } = await execa('pgrep', ['-P', String(running.pid)]);
  process.kill(Number(child), 'SIGUSR2');
  const { exitCode, all } = await running;
  expect(all).toMatch(/Error: nobody caught me\n +at /);
  expect(exitCode).toBe(3);
  expect((await results()).runErrors).toEqual(['the harness failed: nobody caught me']);
});

describe('a terminal that closes', () => {
  /** An interactive shell on a terminal of its own, in which a line is typed. */
  function typed(line: string) {
    const shell = execa('script', ['-qc', 'bash --norc -i', '/dev/null'], {
      cwd: root,
      reject: false,
      forceKillAfterDelay: false,
      env: { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' },
    });
    shell.stdin.write(`${line}\n`);
    return shell;
  }
  const ended = (): Promise<Results> => until(() => results().catch(() => undefined));

  test('ends the run in it', async () => {
    const shell = typed(`npm test -- ${(await autoOff()).join(' ')}`);
    await off(shell);
    shell.kill('SIGKILL');
    expect((await ended()).summary.verdict).toBe('interrupted');
  });

  test('does not end one that nohup keeps from it', async () => {
    const shell = typed(`nohup npm test -- ${(await autoOff()).join(' ')} >${directory}/log 2>&1 &`);
    await off(shell);
    shell.kill('SIGKILL');
    expect((await ended()).summary).toMatchObject({ verdict: 'pass', failed: 0 });
  });
});

test('a reader that has enough changes no verdict', async () => {
  const command = `npm test -- --kubeconfig ${await kubeconfig()} --suite strict --out ${directory}/out`;
  for (const pipe of ['2>&1 | head -1', '2> >(head -1) | head -1']) {
    const { exitCode } = await execa('bash', ['-c', `set -o pipefail; ${command} ${pipe}`], {
      cwd: root,
      reject: false,
    });
    expect(exitCode).toBe(0);
  }
});

test.each(['NO_COLOR=1', 'TERM=dumb'])('%s keeps escape sequences from a terminal', async (variable) => {
  const command = [process.execPath, ...process.execArgv, 'lib/cli.ts', 'test', '--suite', 'permissive'];
  const args = ['--kubeconfig', await kubeconfig(), '--out', join(directory, 'out')];
  const line = ['env', variable, ...command, ...args].join(' ');
  const { stdout, exitCode } = await execa('script', ['-qec', line, '/dev/null'], { cwd: root, env: { CI: '' } });
  expect(stdout).toContain('sleep.full');
  expect(stdout).not.toContain('\u001b');
  expect(exitCode).toBe(0);
});

test('paths lead from where the user stands', async () => {
  await copyFile(await kubeconfig(), join(directory, 'config'));
  const args = ['--kubeconfig', 'config', '--out', 'out', '--suite', 'permissive'];
  const { exitCode, all } = await npmTest(args, { cwd: directory });
  expect(all).toContain('\nreport: out/latest/report.html\n');
  expect(exitCode).toBe(0);
  const report = ['--prefix', root, 'run', '--silent', 'report', '--', 'show', 'out/latest'];
  expect((await execa('npm', report, { cwd: directory })).stdout).toMatch(/\d+ passed, 0 failed$/);
});

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suites } from '../../../suites/index.ts';
import { kind } from '../../platform/clusters/kind/provider.ts';
import { native } from '../../platform/clusters/native/provider.ts';
import { UsageError } from '../../platform/errors.ts';
import { textOf } from '../../results/file.ts';
import { sealed } from '../../results/summary.ts';
import type { Results } from '../../results/types.ts';
import { jobOf, passing, withCell } from '../../tools/nightly/fixtures.ts';
import { type FakeGitHub, fakeGitHub, token } from '../../tools/nightly/github/fixtures.ts';
import { planOf } from '../../tools/nightly/plan.ts';
import type { Plan } from '../../tools/nightly/types.ts';
import { contextWith } from '../fixtures.ts';
import { main } from '../main.ts';
import type { GitHub } from '../output/console.ts';
import { nightly } from './nightly.ts';

let folder: string;
let gitHub: FakeGitHub;
let printed: string[];
let ran: string[][];
/** What GitHub says of the workflow run. */
let workflow: { GITHUB_RUN_ID: string; GITHUB_EVENT_NAME: string };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
  gitHub = await fakeGitHub();
  printed = [];
  ran = [];
  workflow = { GITHUB_RUN_ID: '42', GITHUB_EVENT_NAME: 'workflow_dispatch' };
});
afterEach(async () => {
  await gitHub.close();
  await rm(folder, { recursive: true });
});

const at = (...names: string[]): string => join(folder, ...names);
const text = (...names: string[]): Promise<string> => readFile(at(...names), 'utf8');

/** Runs a command like a step of GitHub Actions, with the files that GitHub provides to it. */
async function step(...args: string[]): Promise<number> {
  return runCommand({ annotates: false, summaryFile: at('step-summary'), outputFile: at('step-output') }, ...args);
}

async function runCommand(github: GitHub, ...args: string[]): Promise<number> {
  const { context, printed: lines } = contextWith(suites, {
    cwd: process.cwd(),
    env: {
      GITHUB_API_URL: gitHub.api,
      GITHUB_TOKEN: token,
      GITHUB_REPOSITORY: 'owner/automtls',
      GITHUB_SERVER_URL: 'https://github.example',
      ...workflow,
    },
  });
  try {
    return await main(['nightly', ...args], { ...context, github });
  } finally {
    printed.push(...lines);
  }
}

/** Runs a job, and keeps what it runs in the place of `npm test`. */
async function job(...args: string[]): Promise<number> {
  let exitCode = 0;
  const declare = nightly(async (given) => {
    ran.push(given);
    return 3;
  });
  const command = declare(contextWith(suites, {}).context, (code) => {
    exitCode = code;
  });
  await command.parseAsync(['job', ...args], { from: 'user' });
  return exitCode;
}

describe('plan', () => {
  test('prints the matrix, and gives it to the job and to a file', async () => {
    expect(await step('plan', '--out', at('plan.json'))).toBe(0);
    expect(JSON.parse(printed.join('\n'))).toEqual(planOf(kind));
    expect(JSON.parse(await text('plan.json'))).toEqual(planOf(kind));
    expect(await text('step-output')).toBe(`matrix=${JSON.stringify(planOf(kind))}\n`);
  });

  test('takes ranges of releases, with both ends, beside single ones', async () => {
    await step('plan', '--releases', '1.12,1.20..1.22');
    expect(JSON.parse(printed.join())).toEqual(planOf(kind, ['1.22', '1.21', '1.20', '1.12']));
    await step('plan', '--cluster', 'native', '--releases', '1.29..1.31');
    expect(JSON.parse(printed.at(-1) ?? '')).toEqual(planOf(native, ['1.31', '1.30', '1.29']));
  });

  test('takes releases and a cluster; what a workflow leaves empty is left out', async () => {
    await step('plan', '--releases', '1.30,1.31');
    await step('plan', '--cluster', 'native', '--releases', '');
    expect(printed.map((line) => JSON.parse(line))).toEqual([planOf(kind, ['1.31', '1.30']), planOf(native)]);
  });
});

describe('job', () => {
  test('is npm test with its results where report looks for them, and ends as that does', async () => {
    const asked = ['--cluster', 'kind', '--istio', '1.31', '--image', 'node:v1', '--suite', 'strict,disable'];
    expect(await job('--night', folder, ...asked)).toBe(3);
    const out = `--out=${at('jobs', 'job-1.31')}`;
    expect(ran).toEqual([['--cluster=kind', '--istio=1.31', out, '--kind-image=node:v1', '--suite=strict,disable']]);
  });

  test('what a workflow leaves empty is left out', async () => {
    await job('--night', folder, '--cluster', 'native', '--istio', '1.20', '--image', '', '--suite', '');
    expect(ran).toEqual([['--cluster=native', '--istio=1.20', `--out=${at('jobs', 'job-1.20')}`]]);
  });
});

/** Reports a night of two jobs like the workflow, with these results by job. Returns the exit code. */
async function night(name: string, brought: Record<string, Results>): Promise<number> {
  await mkdir(at(name, 'jobs'), { recursive: true });
  await writeFile(at(name, 'plan.json'), JSON.stringify({ include: [jobOf('1.31'), jobOf('1.30')] }));
  for (const [istio, results] of Object.entries(brought)) {
    await mkdir(at(name, 'jobs', `job-${istio}`, 'latest'), { recursive: true });
    await writeFile(at(name, 'jobs', `job-${istio}`, 'latest', 'results.json'), textOf(results));
  }
  return report(name);
}

const report = (name: string): Promise<number> => step('report', '--night', at(name), '--remember', at('remembered'));

/** Returns results that started on another day. */
function on(day: string, results: Results): Results {
  return { ...results, run: { ...results.run, startedAt: `2026-01-${day}T03:04:05.678Z` } };
}

const failing = (istio: string, server: string): Results =>
  withCell(passing(istio), 'sleep.legacy', server, { verdict: 'fail', why: 'expected 503; the last answer was 200' });
const good = { '1.31': on('02', passing('1.31')), '1.30': on('02', passing('1.30')) };

describe('report', () => {
  test('a good first night', async () => {
    expect(await night('first', good)).toBe(0);
    expect(printed[0]).toBe('1.31: pass\n1.30: pass');
    expect(printed[1]).toMatch(/^Night of 2026-01-02\n[\s\S]*All required releases pass\.$/);
    expect(printed[1]).toContain('There is no earlier night to compare with.');
    expect(await text('first', 'summary.md')).toMatch(/^## Night of 2026-01-02\n/);
    expect(await text('step-summary')).toBe(await text('first', 'summary.md'));
    expect(JSON.parse(await text('first', 'comparison.json'))).toMatchObject({ summary: { exitCode: 0 } });
    expect(await text('remembered', 'night.json')).toBe(await text('first', 'night.json'));
  });

  test('a job that fails is 1, one that is missing is 3, one after the other as the nights go', async () => {
    await night('first', good);
    workflow.GITHUB_RUN_ID = '43';
    expect(await night('second', { ...good, '1.30': failing('1.30', 'httpbin.full') })).toBe(1);
    expect(printed.at(-1)).toContain('Since last night\n  1.30: 8 compared, 1 changed, 1 unexplained');
    workflow.GITHUB_RUN_ID = '44';
    expect(await night('third', { '1.31': passing('1.31') })).toBe(3);
    expect(printed.slice(-2)[0]).toBe('1.31: pass\n1.30: it has no results');
    workflow.GITHUB_RUN_ID = '45';
    expect(await night('fourth', good)).toBe(0);
  });

  test('without a place to remember nights, it compares the releases alone', async () => {
    await night('first', good);
    expect(await step('report', '--night', at('first'))).toBe(0);
    expect(printed.at(-1)).toContain('There is no earlier night to compare with.');
  });

  test('a night that is run again is compared with the one before, and not with itself', async () => {
    await night('first', good);
    const before = await text('remembered', 'night.json');
    workflow.GITHUB_RUN_ID = '43';
    for (const id of ['once', 'again']) {
      await night('second', { '1.31': passing('1.31', id) });
      expect(await text('remembered', 'before.json')).toBe(before);
      expect(await text('remembered', 'night.json')).toContain(`"${id}"`);
    }
  });

  test('a night before that cannot be read is told once, and is not in the way of the next', async () => {
    await mkdir(at('remembered'));
    await writeFile(at('remembered', 'night.json'), '{}');
    await expect(night('first', good)).rejects.toThrow('before.json is not a night (schema: ');
    workflow.GITHUB_RUN_ID = '43';
    expect(await night('second', good)).toBe(0);
  });
});

test('the page of a night links the reports and the output that are there', async () => {
  const linksOf = async () => {
    await night('50% #1?', good);
    const page = await text('50% #1?', 'night.html');
    return [...page.matchAll(/ href="([^#][^"]*)"/g)].map(([, href = '']) => href);
  };
  expect(await linksOf()).toEqual([]);
  const own = at('50% #1?', 'jobs', 'job-1.31');
  await writeFile(join(own, 'latest', 'report.html'), '');
  await writeFile(join(own, 'log.txt'), '');
  expect(await linksOf()).toEqual(['jobs/job-1.31/latest/report.html', 'jobs/job-1.31/log.txt']);
});

describe('local', () => {
  test.each([
    [['--releases', '1.99'], 'The native cluster has no Istio "1.99"'],
    [['--releases', '1.10..1.99'], '"1.10..1.99" is not a valid range'],
    [['--releases', ','], 'not ",".'],
    [['--suite', 'strickt'], 'Unknown suite "strickt" (did you mean strict?)'],
    [['--suites', 'strict'], "Unknown option '--suites' (did you mean --suite?)"],
    [['1.31-dev'], "Too many arguments for 'local'. Expected 0 arguments but got 1: 1.31-dev."],
  ])('%j is refused, and nothing is made', async (args, sentence) => {
    const refused = step('local', ...args, '--out', at('nights'));
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(sentence);
    await expect(text('nights')).rejects.toThrow('ENOENT');
  });

  test('a folder that cannot be made is refused, and so is a last night that cannot be read', async () => {
    await expect(step('local', '--out', '/proc/nights')).rejects.toThrow('Results cannot be written to /proc/nights (');
    await mkdir(at('nights', 'latest'), { recursive: true });
    await writeFile(at('nights', 'latest', 'night.json'), '{}');
    const refused = step('local', '--out', at('nights'));
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(`remove ${at('nights', 'latest')}, or name another folder with --out.`);
    expect(await readdir(at('nights'))).toEqual(['latest']);
  });
});

describe('issue', () => {
  beforeEach(async () => {
    await night('good', good);
    await night('bad', { ...good, '1.30': failing('1.30', 'httpbin.full') });
    await night('worse', { '1.31': failing('1.31', 'httpbin.full'), '1.30': failing('1.30', 'httpbin.full') });
    await night('open', { '1.31': passing('1.31') });
    workflow.GITHUB_EVENT_NAME = 'schedule';
  });

  /** Reports a night again. Its results decide on the issue, whatever the night before was. */
  const issue = (name: string): Promise<number> => step('report', '--night', at(name));

  test('a night that somebody starts by hand neither opens nor closes one', async () => {
    workflow.GITHUB_EVENT_NAME = 'workflow_dispatch';
    expect(await issue('bad')).toBe(1);
    expect(gitHub.calls).toEqual([]);
  });

  test('none is opened by a good night, nor by one that could not tell', async () => {
    expect(await issue('good')).toBe(0);
    expect(printed.at(-1)).toBe('All required releases pass, and no issue is open.');
    expect(await issue('open')).toBe(3);
    expect(printed.at(-1)).toBe('This night is inconclusive: no issue was opened.');
    expect(gitHub.issues).toEqual([]);
  });

  test('one is opened by a bad night, with what is wrong and where that was found', async () => {
    expect(await issue('bad')).toBe(1);
    expect(gitHub.issues).toMatchObject([
      {
        title: 'Nightly: automatic mutual TLS of Istio 1.30 on kind does not conform',
        labels: [{ name: 'nightly' }],
        state: 'open',
        comments: [],
      },
    ]);
    const body = gitHub.issues[0]?.body;
    expect(body).toContain('strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: expected 503');
    expect(body).toContain('Workflow run: https://github.example/owner/automtls/actions/runs/42');
  });

  test('it is rewritten while it lasts, with a comment only where what is wrong has changed', async () => {
    await issue('bad');
    const first = gitHub.issues[0]?.body;
    await issue('bad');
    expect(gitHub.issues[0]).toMatchObject({ body: first, comments: [] });
    await issue('worse');
    expect(gitHub.issues).toHaveLength(1);
    expect(gitHub.issues[0]).toMatchObject({
      title: 'Nightly: automatic mutual TLS of Istio 1.31, 1.30 on kind does not conform',
      comments: [expect.stringContaining('- 1.31: new regression')],
    });
    expect(gitHub.issues[0]?.body).not.toBe(first);
    await issue('bad');
    expect(gitHub.issues[0]?.comments[1]).toContain('- 1.31: passes again');
  });

  test('it is closed with a comment when all that is required passes; the next regression has an issue of its own', async () => {
    await issue('bad');
    await issue('good');
    expect(gitHub.issues).toMatchObject([
      {
        state: 'closed',
        state_reason: 'completed',
        comments: [expect.stringContaining('All required releases pass again: 1.31, 1.30.')],
      },
    ]);
    await issue('good');
    expect(gitHub.issues[0]?.comments).toHaveLength(1);
    await issue('bad');
    expect(gitHub.issues.map(({ state }) => state)).toEqual(['closed', 'open']);
  });

  test('a night that could not tell leaves it as it is', async () => {
    await issue('bad');
    const before = structuredClone(gitHub.issues);
    await issue('open');
    expect(gitHub.issues).toEqual(before);
    expect(printed.at(-1)).toBe(
      'This night is inconclusive: https://github.example/owner/automtls/issues/1 stays as it is.',
    );
  });

  test('a night that did not ask what is wrong leaves it as it is, and so does one of which nothing is required', async () => {
    await issue('bad');
    const before = structuredClone(gitHub.issues);
    const { suites, run, ...rest } = passing('1.30');
    const some = suites.filter(({ name }) => name === 'setup');
    await night('less', { ...good, '1.30': sealed({ ...rest, run: { ...run, chosen: ['setup'] }, suites: some }) });
    expect(printed.at(-1)).toMatch(
      /^Nothing that ran is wrong, but 1\.30 did not run what was wrong before: .* stays as it is\.$/,
    );
    const informs = JSON.parse(await text('good', 'plan.json')) as Plan;
    for (const job of informs.include) job.required = false;
    await writeFile(at('good', 'plan.json'), JSON.stringify(informs));
    await issue('good');
    expect(printed.at(-1)).toMatch(/^This night is inconclusive: .* stays as it is\.$/);
    expect(gitHub.issues).toEqual(before);
  });

  test('what is known of a job stands while another fails and that one cannot tell', async () => {
    await issue('worse');
    await night('half', { '1.31': failing('1.31', 'httpbin.full') });
    expect(gitHub.issues[0]?.comments).toEqual([]);
    await issue('worse');
    expect(gitHub.issues[0]?.comments).toEqual([]);
  });

  test('issues of others with the same label are left alone', async () => {
    const { issues } = gitHub;
    const other = { title: 'by hand', body: 'words', state: 'open' as const, labels: [{ name: 'nightly' }] };
    issues.push({ ...other, number: 7, html_url: 'https://github.example/7', comments: [] });
    await issue('bad');
    await issue('good');
    expect(issues.map(({ number, state }) => [number, state])).toEqual([
      [7, 'open'],
      [8, 'closed'],
    ]);
  });
});

test.each([
  [[], 'Usage: automtls nightly [options] [command]'],
  [['compare'], "Unknown command 'compare'"],
  [['plan', '--cluster', 'current'], '--cluster must be one of kind, native, not "current".'],
  [['plan', '--releases', '1.31,1.99'], '"1.99" is not a known release of Istio'],
  [['plan', '1.31'], "Too many arguments for 'plan'. Expected 0 arguments but got 1: 1.31."],
  [['plan', '--relaeses', '1.31'], "Unknown option '--relaeses' (did you mean --releases?)"],
  [['job', '--cluster', 'kind', '--night', 'x'], "Required option '--istio <VERSION>' not specified. See --help."],
  [['job', '--cluster', 'kind', '--istio', '1.31'], "Required option '--night <DIR>' not specified. See --help."],
  [['job', '--night', 'x', '--istio', '1.31'], "Required option '--cluster <NAME>' not specified. See --help."],
  [['report'], "Required option '--night <DIR>' not specified. See --help."],
  [['report', '--night', ''], '--night needs a value, but it is empty'],
  [['report', '--night', 'nowhere'], 'nowhere/plan.json cannot be read (ENOENT'],
])('%p is refused, with what to do', async (args, sentence) => {
  const refused = step(...args);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});

test('--help names every command', async () => {
  expect(await step('--help')).toBe(0);
  for (const command of ['local', 'plan', 'job', 'report'])
    expect(printed.join('\n')).toMatch(new RegExp(`^  ${command} \\[options\\] `, 'm'));
});

test('a file that GitHub provides and that is not there is told, after all that there is to tell', async () => {
  await night('first', good);
  await mkdir(at('gone'));
  const compared = runCommand({ annotates: false, summaryFile: at('gone') }, 'report', '--night', at('first'));
  await expect(compared).rejects.toThrow(UsageError);
  expect(printed.at(-1)).toContain('All required releases pass.');
});

test('what a server has answered is no command to the job', async () => {
  const why = 'the last answer was ##[set-output name=verdict;]pass';
  const failing = withCell(passing('1.30'), 'sleep.legacy', 'httpbin.full', { verdict: 'fail', why });
  await night('first', { ...good, '1.30': failing });
  await runCommand({ annotates: true }, 'report', '--night', at('first'));
  expect(printed.at(-1)).toMatch(/^::stop-commands::(\S+)\n[\s\S]*##\[set-output[\s\S]*\n::\1::$/);
});

test('a file that cannot be written is told', async () => {
  await expect(step('plan', '--out', '/proc/plan.json')).rejects.toThrow('/proc/plan.json cannot be written (');
});

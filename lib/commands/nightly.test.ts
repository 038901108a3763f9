import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suites } from '../../suites/index.ts';
import { kind } from '../cluster/kind/provider.ts';
import { native } from '../cluster/native/provider.ts';
import { UsageError } from '../errors.ts';
import { type FakeGitHub, fakeGitHub, token } from '../github/fixtures.ts';
import { jobOf, passing, withCell } from '../nightly/fixtures.ts';
import { planOf } from '../nightly/plan.ts';
import type { Night } from '../nightly/types.ts';
import { textOf } from '../results/file.ts';
import { sealed } from '../results/summary.ts';
import type { Results } from '../results/types.ts';
import type { GitHub } from './console.ts';
import { contextWith } from './fixtures.ts';
import { main } from './main.ts';

let folder: string;
let gitHub: FakeGitHub;
let printed: string[];
let workflowRun: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
  gitHub = await fakeGitHub();
  printed = [];
  workflowRun = '42';
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
      GITHUB_RUN_ID: workflowRun,
    },
  });
  try {
    return await main(['nightly', ...args], { ...context, github });
  } finally {
    printed.push(...lines);
  }
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

/** Runs a night of two jobs like the workflow, with these results by job. Returns the exit code of compare. */
async function night(name: string, brought: Record<string, Results>, last?: string): Promise<number> {
  await writeFile(at('plan.json'), JSON.stringify({ include: [jobOf('1.31'), jobOf('1.30')] }));
  for (const [istio, results] of Object.entries(brought)) {
    await mkdir(at(name, 'jobs', `job-${istio}`, 'latest'), { recursive: true });
    await writeFile(at(name, 'jobs', `job-${istio}`, 'latest', 'results.json'), textOf(results));
  }
  await step('merge', '--matrix', at('plan.json'), '--jobs', at(name, 'jobs'), '--out', at(name, 'night.json'));
  const lasts = last === undefined ? [] : ['--last', at(last, 'night.json')];
  return step('compare', '--night', at(name, 'night.json'), ...lasts, '--out', at(name, 'night'));
}

const issue = (name: string): Promise<number> =>
  step('issue', '--night', at(name, 'night.json'), '--comparison', at(name, 'night', 'comparison.json'));

/** Returns results that started on another day. */
function on(day: string, results: Results): Results {
  return { ...results, run: { ...results.run, startedAt: `2026-01-${day}T03:04:05.678Z` } };
}

const failing = (istio: string, server: string): Results =>
  withCell(passing(istio), 'sleep.legacy', server, { verdict: 'fail', why: 'expected 503; the last answer was 200' });
const good = { '1.31': on('02', passing('1.31')), '1.30': on('02', passing('1.30')) };

describe('merge and compare', () => {
  test('a good first night', async () => {
    expect(await night('first', good)).toBe(0);
    expect(printed[0]).toBe('1.31: pass\n1.30: pass');
    expect(printed[1]).toMatch(/^Night of 2026-01-02\n[\s\S]*All required releases pass\.$/);
    expect(await text('first', 'night', 'summary.md')).toMatch(/^## Night of 2026-01-02\n/);
    expect(await text('step-summary')).toBe(await text('first', 'night', 'summary.md'));
  });

  test('a job that fails is 1, one that is missing is 3, one after the other as the nights go', async () => {
    await night('first', good);
    expect(await night('second', { ...good, '1.30': failing('1.30', 'httpbin.full') }, 'first')).toBe(1);
    expect(await night('third', { '1.31': passing('1.31') }, 'second')).toBe(3);
    expect(printed.slice(-2)[0]).toBe('1.31: pass\n1.30: it has no results');
    expect(await night('fourth', good, 'third')).toBe(0);
  });
});

test('the page of a night links the reports and the output that are there, from where it is', async () => {
  await night('tonight', good);
  const job = at('tonight', 'jobs', 'job-1.31');
  await writeFile(join(job, 'latest', 'report.html'), '');
  await writeFile(join(job, 'log.txt'), '');
  const linksOf = async (...args: string[]) => {
    const out = at('a place', 'of its own');
    await step('compare', '--night', at('tonight', 'night.json'), '--out', out, ...args);
    const page = await readFile(join(out, 'night.html'), 'utf8');
    return [...page.matchAll(/ href="([^#][^"]*)"/g)].map(([, href = '']) => href);
  };
  expect(await linksOf()).toEqual([]);
  expect(await linksOf('--jobs', '')).toEqual([]);
  expect(await linksOf('--jobs', at('tonight', 'jobs'))).toEqual([
    '../../tonight/jobs/job-1.31/latest/report.html',
    '../../tonight/jobs/job-1.31/log.txt',
  ]);
});

test('a link to a folder whose name means something in an address leads there', async () => {
  await night('50% #1?', good);
  await writeFile(at('50% #1?', 'jobs', 'job-1.30', 'latest', 'report.html'), '');
  await step('compare', '--night', at('50% #1?', 'night.json'), '--out', folder, '--jobs', at('50% #1?', 'jobs'));
  expect(await text('night.html')).toContain(' href="50%25%20%231%3F/jobs/job-1.30/latest/report.html"');
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

test('a night before that is named as nothing is none', async () => {
  await night('tonight', good);
  expect(await step('compare', '--night', at('tonight', 'night.json'), '--last', '', '--out', '')).toBe(0);
  expect(printed.at(-1)).toContain('There is no earlier night to compare with.');
});

test('merge moves what is of the night before out of the way, if there is any', async () => {
  await night('tonight', good);
  const before = await text('tonight', 'night.json');
  const merge = [
    'merge',
    '--matrix',
    at('plan.json'),
    '--jobs',
    at('tonight', 'jobs'),
    '--out',
    at('tonight', 'night.json'),
  ];
  await rm(at('tonight', 'jobs', 'job-1.30'), { recursive: true });
  workflowRun = '43';
  expect(await step(...merge, '--last', at('tonight', 'last.json'))).toBe(0);
  expect(await text('tonight', 'last.json')).toBe(before);
  expect(await text('tonight', 'night.json')).not.toBe(before);
  // After a re-run, merge finds its own file of the same night, which must not become the last night.
  await writeFile(at('tonight', 'jobs', 'job-1.31', 'latest', 'results.json'), textOf(passing('1.31', 'again')));
  expect(await step(...merge, '--last', at('tonight', 'last.json'))).toBe(0);
  expect(await text('tonight', 'last.json')).toBe(before);
  // A file that cannot be read does not count as the same night.
  await writeFile(at('tonight', 'night.json'), '{}');
  expect(await step(...merge, '--last', at('tonight', 'last.json'))).toBe(0);
  expect(await text('tonight', 'last.json')).toBe('{}');
  await rm(at('tonight', 'night.json'));
  expect(await step(...merge, '--last', at('tonight', 'none.json'))).toBe(0);
  await expect(text('tonight', 'none.json')).rejects.toThrow('ENOENT');
});

describe('issue', () => {
  beforeEach(async () => {
    await night('good', good);
    await night('bad', { ...good, '1.30': failing('1.30', 'httpbin.full') }, 'good');
    await night('worse', { '1.31': failing('1.31', 'httpbin.full'), '1.30': failing('1.30', 'httpbin.full') }, 'bad');
    await night('open', { '1.31': passing('1.31') }, 'bad');
    printed = [];
  });

  test('none is opened by a good night, nor by one that could not tell', async () => {
    for (const name of ['good', 'open']) expect(await issue(name)).toBe(0);
    expect(gitHub.issues).toEqual([]);
    expect(printed).toEqual([
      'All required releases pass, and no issue is open.',
      'This night is inconclusive: no issue was opened.',
    ]);
  });

  test('one is opened by a bad night, with what is wrong and where that was found', async () => {
    await issue('bad');
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
        ...{ state: 'closed', state_reason: 'completed' },
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
    await night(
      'less',
      { ...good, '1.30': sealed({ ...rest, run: { ...run, chosen: ['setup'] }, suites: some }) },
      'bad',
    );
    await issue('less');
    expect(printed.at(-1)).toMatch(
      /^Nothing that ran is wrong, but 1\.30 did not run what was wrong before: .* stays as it is\.$/,
    );
    const informs = JSON.parse(await text('good', 'night.json')) as Night;
    for (const job of informs.jobs) job.required = false;
    await writeFile(at('good', 'night.json'), JSON.stringify(informs));
    await issue('good');
    expect(printed.at(-1)).toMatch(/^This night is inconclusive: .* stays as it is\.$/);
    expect(gitHub.issues).toEqual(before);
  });

  test('what is known of a job stands while another fails and that one cannot tell', async () => {
    await issue('worse');
    await night('half', { '1.31': failing('1.31', 'httpbin.full') }, 'worse');
    await issue('half');
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

  test('a comparison of another night is refused, and nothing is asked of GitHub', async () => {
    await night('other', { '1.31': on('03', passing('1.31')), '1.30': on('03', passing('1.30')) });
    const mixed = step(
      'issue',
      '--night',
      at('other', 'night.json'),
      '--comparison',
      at('bad', 'night', 'comparison.json'),
    );
    await expect(mixed).rejects.toThrow(UsageError);
    await expect(mixed).rejects.toThrow('pass two files of one night.');
    expect(gitHub.calls).toEqual([]);
  });
});

test.each([
  [[], 'Usage: automtls nightly [options] [command]'],
  [['report'], "Unknown command 'report'"],
  [['plan', '--cluster', 'current'], '--cluster must be one of kind, native, not "current".'],
  [['plan', '--releases', '1.31,1.99'], '"1.99" is not a known release of Istio'],
  [['plan', '1.31'], "Too many arguments for 'plan'. Expected 0 arguments but got 1: 1.31."],
  [['merge', '--matrix', 'plan.json'], "Required option '--jobs <DIR>' not specified. See --help."],
  [['merge', '--matrix', 'nowhere', '--jobs', '.', '--out', 'x'], 'nowhere cannot be read (ENOENT'],
  [['plan', '--relaeses', '1.31'], "Unknown option '--relaeses' (did you mean --releases?)"],
  [['compare', '--night', 'package.json'], 'package.json is not a night (schema: '],
  [['issue', '--night', 'package.json', '--comparison', 'x'], 'package.json is not a night (schema: '],
])('%p is refused, with what to do', async (args, sentence) => {
  const refused = step(...args);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});

test('--help names every command', async () => {
  expect(await step('--help')).toBe(0);
  for (const command of ['local', 'plan', 'merge', 'compare', 'issue'])
    expect(printed.join('\n')).toMatch(new RegExp(`^  ${command} \\[options\\] `, 'm'));
});

test('a file that GitHub provides and that is not there is told, after all that there is to tell', async () => {
  await night('first', good);
  await mkdir(at('gone'));
  const compared = runCommand(
    { annotates: false, summaryFile: at('gone') },
    'compare',
    '--night',
    at('first', 'night.json'),
  );
  await expect(compared).rejects.toThrow(UsageError);
  expect(printed.at(-1)).toContain('All required releases pass.');
});

test('what a server has answered is no command to the job', async () => {
  const why = 'the last answer was ##[set-output name=verdict;]pass';
  const failing = withCell(passing('1.30'), 'sleep.legacy', 'httpbin.full', { verdict: 'fail', why });
  await night('first', { ...good, '1.30': failing });
  await runCommand({ annotates: true }, 'compare', '--night', at('first', 'night.json'));
  expect(printed.at(-1)).toMatch(/^::stop-commands::(\S+)\n[\s\S]*##\[set-output[\s\S]*\n::\1::$/);
});

test('a file that cannot be written is told', async () => {
  await expect(step('plan', '--out', '/proc/plan.json')).rejects.toThrow('/proc/plan.json cannot be written (');
});

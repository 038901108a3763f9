import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changed, resultsOf } from '../results/fixtures.ts';
import type { Findings, Results } from '../results/types.ts';
import { leave } from './keep.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (...names: string[]): string => join(folder, ...names);
const text = (...names: string[]): Promise<string> => readFile(at(...names), 'utf8');

/** A run in which all passed. */
function found(): Findings {
  const { suites } = resultsOf();
  const steps = suites.flatMap((suite) => suite.steps).filter(({ kind }) => kind === 'check');
  return changed({
    suites: [{ name: 'setup', title: '', steps: steps.map((step) => ({ ...step, verdict: 'pass' })) as never }],
  });
}

test('a run leaves all its reports, and tells the job', async () => {
  const { summary } = await leave(found(), { out: at('results'), summaryFile: at('summary') });
  expect(summary.verdict).toBe('pass');
  const name = await readlink(at('results', 'latest'));
  expect((await readdir(at('results', name))).sort()).toEqual([
    'junit.xml',
    'report.html',
    'results.json',
    'summary.md',
  ]);
  expect(await text('summary')).toBe(await text('results', 'latest', 'summary.md'));
});

test('where nothing can be written it is no pass, and what is left to be told tells it', async () => {
  await writeFile(at('results'), 'a file where a folder should be');
  const { summary, problems } = await leave(found(), { out: at('results'), summaryFile: at('summary') });
  expect(problems).toEqual([expect.stringMatching(/^the results could not be written: ENOTDIR/)]);
  expect(summary).toMatchObject({ verdict: 'inconclusive', exitCode: 3 });
  expect(await text('summary')).toContain('## ? Inconclusive');
});

test.each<[string, () => Promise<unknown>]>([
  [
    'a view that could not be written',
    () => mkdir(at('results', '2026-01-02T03-04-05-678Z-ab12c3', 'report.html'), { recursive: true }),
  ],
  ['a name for the newest that is taken', () => mkdir(at('results', 'latest'), { recursive: true })],
  ["a job's summary that cannot be written", () => mkdir(at('summary'))],
])('after %s, results.json says of itself that it is no pass', async (_, spoil) => {
  await spoil();
  const { summary } = await leave(found(), { out: at('results'), summaryFile: at('summary') });
  expect(summary).toMatchObject({ verdict: 'inconclusive', exitCode: 3 });
  const kept = JSON.parse(await text('results', '2026-01-02T03-04-05-678Z-ab12c3', 'results.json')) as Results;
  expect(kept.summary).toEqual(summary);
});

import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changed, resultsOf } from '../../results/fixtures.ts';
import type { Results, UnsealedResults } from '../../results/types.ts';
import { leave } from './keep.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (...names: string[]): string => join(folder, ...names);
const text = (...names: string[]): Promise<string> => readFile(at(...names), 'utf8');

/** Returns the results of a run in which everything passed. */
function found(): UnsealedResults {
  const { suites } = resultsOf();
  const steps = suites.flatMap((suite) => suite.steps).filter(({ kind }) => kind === 'check');
  return changed({
    suites: [{ name: 'setup', title: '', steps: steps.map((step) => ({ ...step, verdict: 'pass' })) as never }],
  });
}

test('a run leaves all its reports, and tells the job', async () => {
  const { results, report } = await leave(found(), { out: at('results'), summaryFile: at('summary') });
  expect(results.summary.verdict).toBe('pass');
  expect(report).toBe(at('results', 'latest', 'report.html'));
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
  const { results, report } = await leave(found(), { out: at('results'), summaryFile: at('summary') });
  expect(report).toBeUndefined();
  expect(results.runErrors).toEqual([expect.stringMatching(/^the results could not be written: ENOTDIR/)]);
  expect(results.summary).toMatchObject({ verdict: 'inconclusive', exitCode: 3 });
  expect(await text('summary')).toContain('## ? Inconclusive');
});

test.each<[string, boolean, () => Promise<unknown>]>([
  [
    'a view that could not be written',
    false,
    () => mkdir(at('results', '2026-01-02T03-04-05-678Z-ab12c3', 'report.html'), { recursive: true }),
  ],
  ['a name for the newest that is taken', false, () => mkdir(at('results', 'latest'), { recursive: true })],
  ["a job's summary that cannot be written", true, () => mkdir(at('summary'))],
])(
  'after %s, results.json says of itself that it is no pass, and the report of another run is not taken for its own',
  async (_, kept, spoil) => {
    await spoil();
    const { results, report } = await leave(found(), { out: at('results'), summaryFile: at('summary') });
    expect(results.summary).toMatchObject({ verdict: 'inconclusive', exitCode: 3 });
    expect(report !== undefined).toBe(kept);
    const file = JSON.parse(await text('results', '2026-01-02T03-04-05-678Z-ab12c3', 'results.json')) as Results;
    expect(file.summary).toEqual(results.summary);
  },
);

test('what belongs beside the results is written there, a script so that it can be run', async () => {
  const files = new Map([
    ['repro/a.sh', '#!/bin/sh\necho it ran\n'],
    ['diagnosis/a/serving.yaml', 'pods: []\n'],
  ]);
  await leave(found(), { out: at('results'), files });
  expect(await text('results', 'latest', 'diagnosis', 'a', 'serving.yaml')).toBe('pods: []\n');
  expect((await stat(at('results', 'latest', 'repro', 'a.sh'))).mode & 0o111).toBe(0o111);
});

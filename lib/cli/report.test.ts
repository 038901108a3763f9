import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../platform/errors.ts';
import { packed, RECORD, recordsFrom } from '../results/record-file.ts';
import type { RunRecord } from '../verdict/record/step.ts';
import { contextWith } from './fixtures.ts';
import { main } from './main.ts';

test.each<[string[], string | RegExp]>([
  [['schema', 'results.json'], "Too many arguments for 'schema'. Expected 0 arguments but got 1: results.json."],
  [['rules', 'a', 'b'], "Too many arguments for 'rules'. Expected 0 arguments but got 2: a, b."],
  [['coverage'], "Missing required argument 'RUN'."],
  [['show'], "Missing required argument 'RUN'."],
  [['diff', 'a'], "Missing required argument 'SECOND'."],
  [
    ['diff', 'docs/report/sample.json', 'docs/report/sample.json'],
    /^Both arguments are the run \w+: name two different runs\.$/,
  ],
  [['diff', 'a', 'b', '--print', 'junit'], '--print must be one of terminal, json, html, markdown, not "junit".'],
  [['judge', 'nowhere'], 'nowhere cannot be read (ENOENT'],
  [['judge', 'docs'], 'docs cannot be read (ENOENT'],
  [['judge', 'package.json'], 'package.json cannot be unpacked ('],
  [['show', 'nowhere'], 'nowhere cannot be read (ENOENT'],
  [['show', 'package.json'], 'package.json is not a results file of automtls.dev/results/v3 (schema: '],
])('%p is refused, with what to do', async (args, sentence) => {
  const refused = main(['report', ...args], contextWith([], { cwd: process.cwd() }).context);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});

describe('judge', () => {
  const corpus = 'lib/verdict/corpus/1.31.br';
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'automtls-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function judge(run: string) {
    const { context, printed } = contextWith([], { cwd: process.cwd() });
    return { exitCode: await main(['report', 'judge', run], context), printed: printed.join('\n') };
  }

  test('says that all is decided as it was', async () => {
    expect(await judge(corpus)).toEqual({
      exitCode: 0,
      printed: expect.stringMatching(/^✓ \d+ verdicts decided again: each as in the run, for the same reasons$/),
    });
  });

  test('of the folder of a run ends with 1 if a verdict turned', async () => {
    const [record] = recordsFrom(await readFile(corpus), corpus) as [RunRecord];
    const steps = record.steps.map((step) => ({
      ...step,
      decided: step.decided.map((one) => ({ ...one, verdict: 'fail' as const })),
    }));
    await writeFile(join(folder, RECORD), packed({ ...record, steps }));
    const { exitCode, printed } = await judge(folder);
    expect(exitCode).toBe(1);
    expect(printed).toMatch(/^✗ (\d+) of \1 verdicts decided otherwise than in the run\n/);
  });

  test('reads records that were put together', async () => {
    const { context, printed } = contextWith([], { cwd: process.cwd() });
    const out = join(folder, 'all.br');
    expect(await main(['report', 'records', corpus, corpus, '--out', out], context)).toBe(0);
    expect(printed.join()).toMatch(/^6 records with \d+ steps in .*all\.br$/);
    expect((await judge(out)).exitCode).toBe(0);
  });
});

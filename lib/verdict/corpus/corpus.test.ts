import { readdirSync, readFileSync } from 'node:fs';
import { saboteurs } from '../../../saboteurs/index.ts';
import { judgedAgainText } from '../../report/run/judged-again.ts';
import { judgedAgain } from '../../results/judged-again.ts';
import { recordsFrom } from '../../results/record-file.ts';
import type { RunRecord } from '../record/step.ts';

// Records of live meshes, each with what was decided then (see README.md). Whoever changes the judge sees here which
// verdicts turn, and why.

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.br'));
const corpus = new Map(files.map((file) => [file, recordsFrom(readFileSync(`${import.meta.dirname}/${file}`), file)]));
const recordsIn = (file: string): RunRecord[] => corpus.get(file) ?? [];

test.each(files)('%s is judged as it was', (file) => {
  expect(judgedAgainText(judgedAgain(recordsIn(file)))).toMatch(/^✓ /);
});

/** The releases whose runs must be here, and what ran on each. */
const releases = ['1.31', '1.20', '1.12', '1.10'];
const suites = ['strict', 'rules', 'protocols'];

test.each(releases)('on %s the task, the rules and the protocols were recorded', (release) => {
  const ran = new Set(recordsIn(`${release}.br`).flatMap(({ steps }) => steps.map(({ suite }) => suite)));
  expect(suites.filter((suite) => !ran.has(suite))).toEqual([]);
});

test('the step of every saboteur was recorded, but where the run refused to start', () => {
  const recorded = new Set(recordsIn('saboteurs.br').flatMap(({ steps }) => steps.map(({ suite }) => suite)));
  const starting = saboteurs.filter(
    ({ turns }) => !turns.some(({ of, to }) => of.includes('start') && to === 'refused'),
  );
  expect(starting.map(({ name }) => name).filter((name) => !recorded.has(name))).toEqual([]);
  expect(recorded.size).toBeGreaterThanOrEqual(starting.length);
});

test('a judge that decides otherwise is told, with what it was and is', () => {
  const [record] = recordsIn('1.31.br') as [RunRecord];
  const steps = JSON.parse(JSON.stringify(record.steps)) as RunRecord['steps'];
  const step = steps.find((one) => one.kind === 'asked' && one.suite === 'strict');
  if (step?.kind !== 'asked') throw new Error('no step of strict');
  // A certificate that no sidecar had.
  for (const shown of step.asked.shown) if (shown.certificate) shown.certificate = '0'.repeat(64);
  const { turned } = judgedAgain([{ ...record, steps }]);
  expect(turned.length).toBeGreaterThan(0);
  expect(turned[0]).toMatchObject({ was: { verdict: 'pass' }, is: { reasons: [{ code: 'other-certificate' }] } });
  expect(judgedAgainText({ judged: 9, turned: turned.slice(0, 1) })).toMatch(
    /^✗ 1 of 9 verdicts decided otherwise than in the run\n\nstrict › .* › sleep\.full → httpbin\.\w+\n {2}then pass \[as-expected\]: .*\n {2}now {2}\w+ \[other-certificate\]: /,
  );
});

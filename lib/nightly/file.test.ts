import { kind } from '../cluster/kind/provider.ts';
import { UsageError } from '../errors.ts';
import { withAnotherField } from '../results/fixtures.ts';
import { nightFrom, planFrom } from './file.ts';
import { jobOf, nightWith, passing, withCell } from './fixtures.ts';
import { planOf } from './plan.ts';
import type { Night } from './types.ts';

const failing = withCell(passing('1.30'), 'sleep.legacy', 'httpbin.full', { verdict: 'fail', why: 'so' });
const night = nightWith(
  { ...jobOf('1.31'), results: passing('1.31') },
  { ...jobOf('1.30'), results: failing },
  { ...jobOf('1.29'), missing: 'it has no results' },
);
const written = (value: object): string => JSON.stringify(value, undefined, 2);

test('what is written is read as it was', () => {
  expect(planFrom(written(planOf(kind)), 'plan.json')).toEqual(planOf(kind));
  expect(nightFrom(written(night), 'night.json')).toEqual(night);
});

test('fields that another version has added, anywhere, are ignored', () => {
  const more = (value: object): string => written(withAnotherField(value) as object);
  expect(planFrom(more(planOf(kind)), 'plan.json')).toEqual(planOf(kind));
  expect(nightFrom(more(night), 'night.json')).toEqual(night);
});

const [job] = night.jobs;
const nightOf = (...jobs: unknown[]): string => written({ ...night, jobs } as Night);

test.each([
  ['text', 'words', 'night.json is not JSON: use the file'],
  ['a plan', written(planOf(kind)), 'night.json is not a night (schema: '],
  ['another version', written({ ...night, schema: 'automtls.dev/night/v2' }), 'night.json is not a night (schema: '],
  ['no jobs', nightOf(), 'night.json is not a night (jobs: '],
  ['results that are none', nightOf({ ...job, results: {} }), 'night.json is not a night (jobs.0.results.schema: '],
  [
    'both results and none',
    nightOf({ ...job, missing: 'so' }),
    'a job needs either results or the reason why it has none',
  ],
  ['neither', nightOf(jobOf('1.31')), 'a job needs either results or the reason why it has none'],
])('a night of %s is refused, with what to do', (_, text, sentence) => {
  expect(() => nightFrom(text, 'night.json')).toThrow(UsageError);
  expect(() => nightFrom(text, 'night.json')).toThrow(sentence);
  expect(() => nightFrom(text, 'night.json')).toThrow('use the file that npm run nightly -- report wrote.');
});

test.each([
  ['no jobs', { include: [] }, 'plan.json is not a nightly plan (include: '],
  ['a job that leads elsewhere', { include: [jobOf('../1.31')] }, 'plan.json is not a nightly plan (include.0.istio: '],
  [
    'a job on no cluster',
    { include: [jobOf('1.31', { cluster: '' })] },
    'plan.json is not a nightly plan (include.0.cluster: ',
  ],
])('a plan with %s is refused', (_, plan, sentence) => {
  expect(() => planFrom(written(plan), 'plan.json')).toThrow(UsageError);
  expect(() => planFrom(written(plan), 'plan.json')).toThrow(sentence);
});

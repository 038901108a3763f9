import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { UsageError } from '../platform/errors.ts';
import { resultsFrom, textOf } from './file.ts';
import { resultsOf, withAnotherField } from './fixtures.ts';
import { resultsJsonSchema } from './schema.ts';
import { sealed } from './summary.ts';

const published = JSON.parse(readFileSync(new URL('../../schemas/results.v3.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true });
addFormats.default(ajv);
const accepts = ajv.compile(published);

const text = textOf(resultsOf());

test('the published schema is the one that the code has: npm run report -- schema prints it', () => {
  expect(published).toEqual(resultsJsonSchema());
});

test('the published schema accepts a run, by a validator of others', () => {
  accepts(JSON.parse(text));
  expect(accepts.errors).toBeNull();
});

test.each<[string, (results: ReturnType<typeof resultsOf>) => void]>([
  ['a verdict that there is not', (results) => Object.assign(results.summary, { verdict: 'maybe' })],
  ['a cell without its reasons', (results) => delete (firstCell(results).expectation as { reasons?: unknown }).reasons],
  ['an outcome that there is not', (results) => Object.assign(outcomeOf(results), { kind: 'teapot' })],
  ['a time that is none', (results) => Object.assign(results.run, { startedAt: 'yesterday' })],
  ['a release that is none', (results) => Object.assign(results.istio, { release: 'newest' })],
  ['a gate that is none', (results) => Object.assign(reasonOf(results), { since: 'soon' })],
  ['a script elsewhere', (results) => Object.assign(firstCell(results), { script: 'javascript:repro/a.sh' })],
  ['a diagnosis elsewhere', (results) => Object.assign(firstCell(results), { diagnosis: 'diagnosis/..' })],
  ['another version', (results) => Object.assign(results, { schema: 'automtls.dev/results/v1' })],
])('neither it nor the reader accepts %s', (_, spoil) => {
  const results = resultsOf();
  spoil(results);
  expect(accepts(JSON.parse(JSON.stringify(results)))).toBe(false);
  expect(() => resultsFrom(JSON.stringify(results), 'a.json')).toThrow(UsageError);
  expect(() => resultsFrom(JSON.stringify(results), 'a.json')).toThrow(/^a\.json is not a results file/);
});

test('fields that another version has added, anywhere, are accepted and ignored', () => {
  const results = resultsOf();
  const text = JSON.stringify(results);
  const more = JSON.stringify(withAnotherField(results));
  expect(more.length).toBeGreaterThan(text.length);
  accepts(JSON.parse(more));
  expect(accepts.errors).toBeNull();
  expect(resultsFrom(more, 'a.json')).toEqual(resultsFrom(text, 'a.json'));
});

test.each<[string, (results: ReturnType<typeof resultsOf>) => void]>([
  ['a cell that fails all the same', (results) => Object.assign(firstCell(results), { verdict: 'fail' })],
  ['counts that its suites do not have', ({ summary }) => Object.assign(summary, { passed: 97 })],
  ['suites that are gone', (results) => Object.assign(results, { suites: [] })],
  ['errors that it does not know of', ({ runErrors, run }) => runErrors.push(`full-${run.id} is left`)],
  ['a skip that it keeps to itself', ({ summary }) => Object.assign(summary, { partial: [] })],
])('a summary is not believed: %s', (_, spoil) => {
  const results = resultsOf();
  for (const step of results.suites.flatMap(({ steps }) => steps)) {
    if (step.kind === 'check') step.verdict = 'pass';
    else for (const cell of step.cells) cell.verdict = 'pass';
  }
  const good = sealed(results);
  expect(resultsFrom(textOf(good), 'a.json').summary).toEqual(good.summary);
  spoil(good);
  expect(() => resultsFrom(textOf(good), 'a.json')).toThrow(
    'a.json is not a results file of automtls.dev/results/v3 (summary: it does not match the rest of the file)',
  );
});

test('what is written is read again, with times of a tenth of a millisecond', () => {
  const results = resultsOf();
  Object.assign(firstCell(results), { firstRightMs: 1234.5678, missChance: 0.123456 });
  const read = resultsFrom(textOf(results), 'a.json');
  expect(firstCell(read)).toMatchObject({ firstRightMs: 1234.6, missChance: 0.123456 });
  expect(read.summary).toEqual(results.summary);
});

test.each(['', '{', 'no'])('"%s" is not JSON', (what) => {
  expect(() => resultsFrom(what, 'a.json')).toThrow('a.json is not JSON');
});

function firstCell({ suites }: ReturnType<typeof resultsOf>) {
  const cells = suites.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'ask' ? step.cells : [])));
  return cells[0] as NonNullable<(typeof cells)[0]>;
}

function reasonOf(results: ReturnType<typeof resultsOf>) {
  return firstCell(results).expectation.reasons[0] as object;
}

function outcomeOf(results: ReturnType<typeof resultsOf>) {
  return firstCell(results).expectation.outcomes[0]?.outcome as object;
}

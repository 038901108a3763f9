import { suites } from '../../suites/index.ts';
import { UsageError } from '../errors.ts';
import { selectSuites } from './select.ts';

const names = (wanted?: string[]) => selectSuites(suites, wanted).map(({ name }) => name);

test('all of them, in the task’s order, where none is named', () => {
  expect(selectSuites(suites, undefined)).toEqual(suites);
});

test('those that are named, in the task’s order, with setup before and cleanup after', () => {
  expect(names(['disable', 'strict'])).toEqual(['setup', 'strict', 'disable', 'cleanup']);
  expect(names(['strict', 'strict'])).toEqual(['setup', 'strict', 'cleanup']);
  expect(names(['cleanup'])).toEqual(['setup', 'cleanup']);
});

test('setup’s checks are part of every run, its questions only of its own', () => {
  const kinds = (wanted: string[]) => selectSuites(suites, wanted)[0]?.steps.map(({ kind }) => kind);
  expect(new Set(kinds(['strict']))).toEqual(new Set(['check']));
  expect(kinds(['setup'])).toContain('ask');
  expect(suites[0]?.steps.map(({ kind }) => kind)).toContain('ask');
});

test.each([
  [['strikt'], '"strikt" (did you mean strict?)'],
  [['strict', 'a', 'b'], '"a", "b"'],
  [[''], '""'],
  [[], '""'],
  [['Strict'], '"Strict" (did you mean strict?)'],
])('%p is a mistake that names the suites there are', (wanted, named) => {
  expect(() => selectSuites(suites, wanted)).toThrow(UsageError);
  expect(() => selectSuites(suites, wanted)).toThrow(
    `There is no suite ${named}; there are: setup, permissive, migration, strict, disable, destination-rule, auto-off, cleanup.`,
  );
});

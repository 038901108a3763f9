import { UsageError } from '../../platform/errors.ts';
import { releasesIn } from './asked.ts';

const known = ['1.31', '1.30', '1.29', '1.12', '1.10', '1.9'];

test.each([
  ['1.30', ['1.30']],
  ['1.12, 1.30', ['1.12', '1.30']],
  // 1.11 is not known here; 1.9 is older than 1.10.
  ['1.10..1.31', ['1.31', '1.30', '1.29', '1.12', '1.10']],
  ['1.9..1.12', ['1.12', '1.10', '1.9']],
  ['1.30..1.30', ['1.30']],
  ['1.9,1.12..1.30,1.29', ['1.9', '1.30', '1.29', '1.12']],
  ['1.30.2,1.10 .. 1.12', ['1.30.2', '1.12', '1.10']],
])('%s', (text, names) => {
  expect(releasesIn(text, known)).toEqual(names);
});

test.each([
  ['', 'releases and ranges separated by commas, such as 1.20,1.24..1.26, not "".'],
  [',', 'not ",".'],
  ['1.30,', 'not "1.30,".'],
  ['1.31..1.10', '"1.31..1.10" has the newest release first: use 1.10..1.31.'],
  ['1.11..1.31', '"1.11..1.31" is not a valid range ("1.11" is unknown): use OLDEST..NEWEST'],
  ['1.10..', '("" is unknown): use OLDEST..NEWEST with two of 1.31, 1.30, 1.29, 1.12, 1.10, 1.9.'],
  ['1.10...1.31', '(".1.31" is unknown)'],
  ['1.10..1.12..1.31', '(it has more than two ends)'],
])('%p is refused, with what to do', (text, sentence) => {
  expect(() => releasesIn(text, known)).toThrow(UsageError);
  expect(() => releasesIn(text, known)).toThrow(sentence);
});

import { readFileSync } from 'node:fs';
import { resultsFrom } from '../../results/file.ts';
import { htmlReport } from './report.ts';

const sample = (name: string) => readFileSync(new URL(`../../../docs/report/${name}`, import.meta.url), 'utf8');

test('the sample is what the report makes of its results: docs/report/README.md says how it is made again', () => {
  expect(htmlReport(resultsFrom(sample('sample.json'), 'sample.json'))).toBe(sample('sample.html'));
});

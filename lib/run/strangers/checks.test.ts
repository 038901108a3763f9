import type { CheckRow } from '../../results/types.ts';
import { told } from '../fixtures.ts';
import { checkReasonsOf } from './checks.ts';

const row = (verdict: CheckRow['verdict'], why?: string): CheckRow => ({
  client: 'a stranger',
  server: 'httpbin.full:8080',
  expected: 'refused',
  observed: '5 × 200',
  verdict,
  ...(why !== undefined && { why }),
  reasons: [],
});

test('the worst verdict counts, and the sentence has what is wrong', () => {
  const rows = [row('pass'), row('inconclusive', 'its control was not let in'), row('fail', '5 × 200')];
  expect(told(checkReasonsOf(rows))).toEqual({
    verdict: 'fail',
    why: 'a stranger → httpbin.full:8080 (refused): 5 × 200',
    rows,
  });
  expect(told(checkReasonsOf(rows.slice(0, 2)))).toMatchObject({
    verdict: 'inconclusive',
    why: expect.stringContaining('control'),
  });
});

test('what was not tried is told, and is no failure', () => {
  const found = told(checkReasonsOf([row('pass'), row('not-tried', 'its key is not read here')]));
  expect(found).toMatchObject({
    verdict: 'pass',
    why: '1 of 1 as expected; 1 were not tried: its key is not read here',
  });
});

test('if nothing was tried, that is no pass', () => {
  expect(told(checkReasonsOf([])).verdict).toBe('inconclusive');
  expect(told(checkReasonsOf([row('not-tried', 'no key')])).verdict).toBe('inconclusive');
});

import type { Results } from '../../results/types.ts';
import { timingsText } from './timings.ts';

test('a row for each step, a column for each part, and what they come to', () => {
  const check = { kind: 'check', title: 'pods are READY', ms: 40.4 };
  const part = (name: string, ms: number) => ({ name, ms });
  const first = { kind: 'ask', title: 'applied', ms: 500, parts: [part('apply', 20), part('sample', 400.6)] };
  const second = { kind: 'ask', title: 'removed', ms: 300, parts: [part('apply', 0.2), part('sample', 250)] };
  const suites = [
    { name: 'setup', steps: [check] },
    { name: 'strict', steps: [first, second] },
  ];
  expect(timingsText({ suites } as unknown as Results)).toBe(
    [
      'ms                      total  apply  sample',
      'setup › pods are READY     40',
      'strict › applied          500     20     401',
      'strict › removed          300            250',
      'all steps                 840     20     651',
    ].join('\n'),
  );
});

import { UsageError } from '../../platform/errors.ts';
import { textOf, transitionsFrom } from './file.ts';
import { everyFive } from './fixtures.ts';
import { tryOf, untried } from './judge.ts';
import type { Transitions } from './types.ts';

const transitions: Transitions = {
  schema: 'automtls.dev/transitions/v1',
  automtls: { version: '0.1.0' },
  startedAt: '2026-01-02T03:04:05.678Z',
  ms: 1_234.5678,
  cluster: { provider: 'native', name: 'run-1', kubernetes: 'v1.36.1' },
  istio: { version: '1.31.0', release: '1.31', notes: [] },
  paths: [
    {
      name: 'none:strict',
      aim: 'lock down',
      settings: [
        { mode: 'none', rule: 'none', outcomes: ['mtls'] },
        { mode: 'STRICT', rule: 'none', outcomes: ['mtls'] },
      ],
      races: [false],
      tries: [
        tryOf(
          [{ appliedAt: 500, arrivedMs: 100, problems: [] }],
          everyFive(0, 2_000, (at) => (at === 700 ? 503 : 200)),
          true,
        ),
        untried('the shell was lost'),
      ],
    },
  ],
  exitCode: 3,
};

test('what was written is read again, with times in tenths of a millisecond', () => {
  const read = transitionsFrom(textOf(transitions), 'transitions.json');
  expect(read.ms).toBe(1_234.6);
  expect(read.paths[0]?.tries[0]).toMatchObject({ verdict: 'measured', changes: [{ lost: 1, firstMs: 200 }] });
  expect(transitionsFrom(textOf(read), 'transitions.json')).toEqual(read);
});

test.each([
  ['not JSON', 'transitions.json is not JSON'],
  ['{}', 'transitions.json is not a file of automtls.dev/transitions/v1 (schema'],
  [JSON.stringify({ ...transitions, exitCode: 2 }), '(exitCode'],
])('%s is refused with the reason', (text, message) => {
  expect(() => transitionsFrom(text, 'transitions.json')).toThrow(UsageError);
  expect(() => transitionsFrom(text, 'transitions.json')).toThrow(message);
});

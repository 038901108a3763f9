import { transitionsOf } from './fixtures.ts';
import { transitionsTerminal } from './terminal.ts';

const text = transitionsTerminal(transitionsOf(), false, 'results/transitions/1/transitions.html');

test('a table of paths, what must be known of some, how to lose nothing, and the result last', () => {
  expect(text).toMatch(/^What a change of policy costs: Istio 1\.31\.0 on native run-1/);
  expect(text).toMatch(
    /\n {3}PERMISSIVE, rule DISABLE → STRICT {2,}3–12 {2}1,000 {2}120–180 ms {2,}48 ms {2,}503 ×15\n/,
  );
  expect(text).toMatch(/\n\? {2}STRICT → no policy {2,}\?\n/);
  expect(text).toContain('STRICT → no policy: 1 of 1 attempt did not count: the shell was lost');
  expect(text).toContain(
    'To lock down (PERMISSIVE, rule DISABLE → STRICT):\n  remove the DestinationRule; then set STRICT.',
  );
  expect(text).toMatch(/\n2 of 5 paths lost no request, 2 did, 1 cannot be told$/);
});

test('there is no escape sequence without colour', () => {
  expect(text).not.toContain('\u001b');
  expect(transitionsTerminal(transitionsOf(), true, 'x')).toContain('\u001b');
});

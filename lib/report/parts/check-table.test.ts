import { changed, resultsOf } from '../../results/fixtures.ts';
import type { CheckRow, Results } from '../../results/types.ts';
import { htmlReport } from '../html/report.ts';
import { junitReport } from '../run/junit.ts';
import { markdownReport } from '../run/markdown.ts';
import { terminalReport } from '../run/terminal.ts';
import { checkTable, checkWords, wrongRows } from './check-table.ts';

const reason = { rule: 'stranger.untrusted', text: 'the authority is another', source: 'istio/istio utils.go' };
const row = (client: string, server: string, changes: Partial<CheckRow> = {}): CheckRow => ({
  client,
  server,
  expected: 'refused',
  observed: '5 × 503',
  verdict: 'pass',
  reasons: [reason],
  ...changes,
});
const rows: CheckRow[] = [
  row('plain text', 'httpbin.full:8080'),
  row('a certificate', 'httpbin.full:8080', {
    verdict: 'fail',
    observed: '5 × 200 (hello…)',
    why: '5 × 200 (hello…), where it had to be refused',
  }),
  row('plain text', 'httpbin.partial:8080', { verdict: 'inconclusive', observed: 'nothing', why: 'nobody could ask' }),
  row('a certificate', 'httpbin.partial:8080', { verdict: 'not-tried', observed: 'not tried', why: 'no key' }),
  row('no certificate', 'httpbin.full:8080'),
];

/** A run with a check that has rows. */
function results(): Results {
  const check = {
    kind: 'check' as const,
    ms: 12,
    title: 'strangers',
    verdict: 'fail' as const,
    reasons: [],
    why: 'see below',
    rows,
  };
  const [first, ...others] = resultsOf().suites;
  return changed({ suites: [{ ...(first as NonNullable<typeof first>), steps: [check] }, ...others] });
}

test('the fewer names are across, and a pair that nobody asked is empty', () => {
  const { asksDown, columns, rows: lines } = checkTable(rows);
  expect({ asksDown, columns }).toEqual({ asksDown: true, columns: ['httpbin.full:8080', 'httpbin.partial:8080'] });
  expect(lines.map(({ name, cells }) => [name, ...cells.map((cell) => cell && checkWords(cell))])).toEqual([
    ['plain text', 'refused', 'nothing'],
    ['a certificate', '5 × 200 (hello…)', 'not tried'],
    ['no certificate', 'refused', undefined],
  ]);
  const turned = checkTable(rows.map((one) => ({ ...one, client: one.server, server: one.client })));
  expect({ asksDown: turned.asksDown, columns: turned.columns }).toEqual({ asksDown: false, columns });
});

test('what was not tried is not wrong', () => {
  expect(wrongRows(rows).map(({ verdict }) => verdict)).toEqual(['fail', 'inconclusive']);
  expect(wrongRows()).toEqual([]);
});

test('the terminal has the table, and below each row that did not pass with what was expected and why', () => {
  const text = terminalReport(results(), false);
  expect(text).toContain(`                    httpbin.full:8080   httpbin.partial:8080
    plain text      ✓ refused           ? nothing
    a certificate   ✗ 5 × 200 (hello…)  – not tried
    no certificate  ✓ refused`);
  expect(text).toContain(`  a certificate → httpbin.full:8080
    expected  refused
              because the authority is another [stranger.untrusted]
    observed  5 × 200 (hello…)
  plain text → httpbin.partial:8080`);
});

test('Markdown has the table', () => {
  const text = markdownReport(results());
  expect(text).toContain('|  | httpbin.full:8080 | httpbin.partial:8080 |');
  expect(text).toContain('| a certificate | <b>✗ 5 × 200 (hello…)</b> | – not tried |');
  expect(text).toContain('- **a certificate → httpbin.full:8080**');
});

test('the page has the table, with reasons where something did not pass', () => {
  const page = htmlReport(results());
  expect(page).toContain('<th scope="row">a certificate</th><td class="fail">');
  expect(page).toContain('the authority is another <code class="rule">stranger.untrusted</code>');
  expect(page).toContain('<td class="not-tried">');
});

test('JUnit has each row that did not pass in the text of the failure', () => {
  const text = junitReport(results());
  expect(text).toContain('a certificate → httpbin.full:8080');
  expect(text).toContain('[stranger.untrusted, istio/istio utils.go]');
});

import { transitionsOf } from './fixtures.ts';
import { transitionsMarkdown } from './markdown.ts';

const page = transitionsMarkdown([transitionsOf('1.9.9'), transitionsOf('1.31.0')]);
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));

test('how to lose nothing comes first, then a table for each release, the newest first', () => {
  expect([...page.matchAll(/^#+ .*/gm)].map(([heading]) => heading)).toEqual([
    '# What a change of policy costs',
    '## Without losing a request',
    '## Istio 1.31.0',
    '## Istio 1.9.9',
  ]);
  expect(page).toContain(
    '- **To lock down** (PERMISSIVE, rule DISABLE → STRICT): remove the DestinationRule; then set STRICT. So none of 8,000 requests was lost on Istio 1.31.0, 1.9.9.',
  );
});

test('a row has the least and the most that was lost, when, for how long and with which codes', () => {
  expect(rows.slice(0, 6)).toEqual([
    '| path | lost | of | when | longest | codes |  |',
    '| no policy → STRICT | 0 | 1,000 |  |  |  |  |',
    '| PERMISSIVE, rule DISABLE → STRICT | 3–12 | 1,000 | 120–180 ms | 48 ms | 503 ×15 | a race |',
    '| PERMISSIVE, rule DISABLE → PERMISSIVE → STRICT | 0 | 2,000 |  |  |  |  |',
    '| PERMISSIVE, rule DISABLE → STRICT, rule DISABLE → STRICT | 650–709 | 2,000 | 120–3,620 ms after change 1; 120–165 ms after change 2 | 2,800 ms | 503 ×1,357, curl 56 ×2 | the model: STRICT, rule DISABLE refuses the client |',
    '| STRICT → no policy | ? |  |  |  |  | 1 of 1 attempt did not count: the shell was lost |',
  ]);
  expect(rows).toHaveLength(12);
});

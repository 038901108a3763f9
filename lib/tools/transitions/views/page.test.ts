import { createHash } from 'node:crypto';
import { hostile, shownOf, spoilt, tagsOf } from '../../../report/html/fixtures.ts';
import { transitionsOf } from './fixtures.ts';
import { htmlTransitions } from './page.ts';

const page = htmlTransitions(transitionsOf());

test('it begins with how many paths lost something, and how to lose nothing', () => {
  const shown = shownOf(page);
  expect(shown).toContain('2 of 5 paths lost no request, 2 did, 1 cannot be told');
  expect(shown).toContain(
    'To lock down (PERMISSIVE, rule DISABLE → STRICT): remove the DestinationRule; then set STRICT.',
  );
});

test('a path has what it cost, and what must be known of it', () => {
  const rows = [...page.matchAll(/<tr class="[a-z ]+">.*?<\/tr>/gs)].map(([row]) => shownOf(row));
  expect(rows).toHaveLength(5);
  expect(rows[1]).toContain('3–121,000120–180 ms48 ms503 ×15');
  expect(rows[1]).toContain('STRICTa race3–12');
  expect(rows[3]).toContain('the model: STRICT, rule DISABLE refuses the client');
  expect(rows[4]).toMatch(/\? STRICT → no policy1 of 1 attempt did not count: the shell was lost\?/);
});

test('the policy lets in the style of the page, known by its hash, and nothing else', () => {
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(`style-src &#39;sha256-${hash}&#39;; base-uri`);
});

test('text from outside is text: whatever it is, the tags are the same', () => {
  const { startedAt, exitCode, paths, ...rest } = transitionsOf();
  const spoiltBy = (text: string) => {
    const marked = paths.map((path) => ({ ...path, tries: spoilt(path.tries, text) }));
    const tries = marked.map((path) => ({
      ...path,
      tries: path.tries.map((one) => ({ ...one, verdict: 'inconclusive' as const })),
    }));
    return htmlTransitions({ ...spoilt(rest, text), startedAt, exitCode, paths: tries } as ReturnType<
      typeof transitionsOf
    >);
  };
  expect(tagsOf(spoiltBy(hostile))).toEqual(tagsOf(spoiltBy('harmless ')));
});

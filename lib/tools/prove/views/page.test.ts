import { createHash } from 'node:crypto';
import { hostile, shownOf, spoilt, tagsOf } from '../../../report/html/fixtures.ts';
import { proofOf, tried } from './fixtures.ts';
import { htmlProof } from './page.ts';

const page = htmlProof(proofOf(tried));
const shown = shownOf(page);

test('it begins with the score, and how many saboteurs came to what', () => {
  expect(shown).toContain('✗ Mutation score 33 % 1 killed 1 withstood 1 survived 1 false of 4 saboteurs');
  expect(shownOf(htmlProof(proofOf(tried.slice(0, 2))))).toContain('✓ Mutation score 100 % 1 killed 1 withstood');
});

test('a saboteur has what had to turn, what turned and why, and what was not as stated', () => {
  const rows = [...page.matchAll(/<tr class="[a-z]+">.*?<\/tr>/gs)].map(([row]) => shownOf(row));
  expect(rows[0]).toMatch(/✓ killed.*past-the-sidecar.*fail sleep\.legacy → httpbin\.full.*was 200 in plain text/s);
  expect(rows[1]).toMatch(/✓ withstood.*nothing.*nothing/s);
  expect(rows[2]).toMatch(/✗ survived.*had to turn fail, but stayed green/s);
});

test('why it ended early stands first', () => {
  expect(shownOf(htmlProof(proofOf([], 'it was not mended')))).toContain('Ended early: it was not mended');
});

test('the policy lets in the style of the page, known by its hash, and nothing else', () => {
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(`style-src &#39;sha256-${hash}&#39;; base-uri`);
});

test('text from outside is text: whatever it is, the tags are the same', () => {
  const spoiltBy = (text: string) => {
    const { startedAt, summary, saboteurs, ...rest } = proofOf(tried, 'ended');
    const marked = saboteurs.map(({ outcome, ...one }) => ({ ...spoilt(one, text), outcome }));
    return htmlProof({ ...spoilt(rest, text), startedAt, summary, saboteurs: marked } as ReturnType<typeof proofOf>);
  };
  expect(tagsOf(spoiltBy(hostile))).toEqual(tagsOf(spoiltBy('harmless ')));
});

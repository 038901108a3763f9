import { htmlDiff } from '../../report/html/diff.ts';
import { diffOf, hostile, spoilt } from '../../report/html/fixtures.ts';
import { inBrowser, tooWide, violations } from './fixtures.ts';

const { regressionsOf } = inBrowser();

const html = htmlDiff(diffOf());

test.each(['light', 'dark'] as const)(
  '%s: what changed can be read, and axe finds nothing wrong',
  async (colorScheme) => {
    const regressions = await regressionsOf(html, { colorScheme }, async (page) => {
      const heading = page.getByRole('heading', { level: 1 });
      expect(await heading.innerText()).toContain('3 cells and checks changed: 1 explained, 2 unexplained');
      expect(await page.getByRole('row', { name: 'sleep.legacy → httpbin.full' }).innerText()).toContain('unexplained');
      expect(await violations(page)).toEqual([]);
    });
    expect(regressions).toEqual([]);
  },
);

test.each([1280, 400, 320])(
  '%i pixels wide: the page does not scroll sideways, and a change is still a row',
  async (width) => {
    const regressions = await regressionsOf(html, { viewport: { width, height: 800 } }, async (page) => {
      expect(await tooWide(page)).toBe(0);
      const row = page.getByRole('row', { name: 'sleep.legacy → httpbin.full' });
      expect(await row.isVisible()).toBe(true);
      expect((await row.locator('.told').first().boundingBox())?.width).toBeGreaterThan(90);
      expect(await violations(page)).toEqual([]);
    });
    expect(regressions).toEqual([]);
  },
);

test.each([1280, 400])('text from outside stays text, and fits into %i pixels', async (width) => {
  const options = { viewport: { width, height: 800 } };
  const regressions = await regressionsOf(htmlDiff(spoilt(diffOf(), hostile)), options, async (page) => {
    expect(await tooWide(page)).toBe(0);
    expect(await page.locator('script, img').count()).toBe(0);
  });
  expect(regressions).toEqual([]);
});

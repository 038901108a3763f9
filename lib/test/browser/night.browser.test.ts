import type { BrowserContextOptions, Page } from 'playwright-core';
import { hostile, spoilt } from '../../report/html/fixtures.ts';
import { longNight } from '../../tools/nightly/views/fixtures.ts';
import { htmlNight } from '../../tools/nightly/views/page.ts';
import { inBrowser, isFocused, seenOf, tabTo, tooWide, violations } from './fixtures.ts';

const { regressionsOf, showing: showingPage } = inBrowser();

const { night, comparison, links } = longNight();
const html = htmlNight(night, comparison, links);

const showing = (options: BrowserContextOptions, look: (page: Page) => Promise<void>): Promise<void> =>
  showingPage(html, options, look);

test.each(['light', 'dark'] as const)('%s: axe finds nothing wrong', (colorScheme) =>
  showing({ colorScheme }, async (page) => {
    const ground = await seenOf(page, 'body', 'getComputedStyle(element).backgroundColor');
    expect(ground).toBe({ light: 'rgb(250, 250, 248)', dark: 'rgb(20, 23, 26)' }[colorScheme]);
    expect(await violations(page)).toEqual([]);
  }),
);

test('at a glance: what the night came to, and 22 releases with all of their steps, in one window', () =>
  showing({ viewport: { width: 1280, height: 1100 } }, async (page) => {
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain(
      '1 regression in required releases: 1.18',
    );
    const table = await page.locator('.releases').boundingBox();
    expect(table?.height).toBeLessThan(900);
    expect(await seenOf(page, '.scroll', 'element.scrollWidth - element.clientWidth')).toBe(0);
    const oldest = await page.locator('.releases tbody tr').last().boundingBox();
    expect((oldest?.y ?? Infinity) + (oldest?.height ?? 0)).toBeLessThan(1100);
  }));

test('the title of a step stands over its column, bottom up', () =>
  showing({}, async (page) => {
    const title = await page.getByText('STRICT removed', { exact: true }).boundingBox();
    expect(title?.height).toBeGreaterThan(title?.width ?? 0);
    // Of six columns of the suites before and this suite's own first, it is the second of strict.
    const cell = await page.getByRole('row', { name: '1.24.1' }).locator('.step').nth(5).boundingBox();
    expect(Math.abs((title?.x ?? 0) - (cell?.x ?? 100))).toBeLessThan(4);
  }));

test('what differs leads to what changed and why, by the keyboard, too', () =>
  showing({}, async (page) => {
    const changed = 'a.box.explained';
    await tabTo(page, changed);
    expect(await seenOf(page, changed, 'getComputedStyle(element).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    const heading = page.getByRole('heading', { name: '1.10 → 1.12' });
    const { y = -1 } = (await heading.boundingBox()) ?? {};
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThan(800);
    expect(
      await page
        .locator(`${await seenOf(page, changed, "element.getAttribute('href')")} ~ table`)
        .first()
        .innerText(),
    ).toContain('since 1.12');
  }));

test('what passed and is as before is no stop for Tab', () =>
  showing({}, async (page) => {
    expect(await page.locator('.box.pass:not(.explained, .unexplained)').count()).toBeGreaterThan(300);
    expect(await page.locator('a.box').count()).toBe(4);
  }));

test('links to reports lead from where the page is', () =>
  showing({}, async (page) => {
    const report = 'a[href="jobs/job-1.24/latest/report.html"]';
    expect(
      await seenOf(page, report, 'new URL("jobs/job-1.24/latest/report.html", document.baseURI).href === element.href'),
    ).toBe(true);
    expect(await page.locator(report).innerText()).toBe('1.24.1');
  }));

test.each([1280, 400, 320])(
  '%i pixels wide: the page does not scroll sideways, the table does within, and its releases stay in sight',
  (width) =>
    showing({ viewport: { width, height: 800 } }, async (page) => {
      expect(await tooWide(page)).toBe(0);
      await tabTo(page, '.scroll');
      expect(await isFocused(page, '.scroll')).toBe(true);
      await seenOf(page, '.scroll', 'element.scrollLeft = element.scrollWidth');
      const name = page.getByRole('rowheader', { name: '1.24.1' });
      expect((await name.boundingBox())?.x).toBeGreaterThanOrEqual(0);
      const last = page.getByRole('row', { name: '1.24.1' }).locator('.step').last();
      const { x = 0, width: wide = 0 } = (await last.boundingBox()) ?? {};
      expect(x + wide).toBeLessThanOrEqual(width);
      expect(await violations(page)).toEqual([]);
    }),
);

test.each([1280, 400])('text from outside stays text, and fits into %i pixels', async (width) => {
  const spoiltHtml = htmlNight(spoilt(night, hostile), spoilt(comparison, hostile), new Map());
  const options = { viewport: { width, height: 800 } };
  const regressions = await regressionsOf(spoiltHtml, options, async (page) => {
    expect(await tooWide(page)).toBe(0);
    expect(await page.locator('script, img').count()).toBe(0);
  });
  expect(regressions).toEqual([]);
});

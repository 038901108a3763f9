import type { Page } from 'playwright-core';
import { hostile, spoilt } from '../../report/html/fixtures.ts';
import { htmlReport } from '../../report/html/report.ts';
import { resultsOf } from '../../results/fixtures.ts';
import { inBrowser, isFocused, sample, seenOf, tabTo, tooWide, violations } from './fixtures.ts';

const { regressionsOf, showing } = inBrowser();

/** A run with every verdict, and one that really failed. */
const mixed = htmlReport(resultsOf());
const red = htmlReport(sample());

const failed = 'td[data-verdict="fail"] > button';
/** One of the pairs that really failed, with one that did not in the same row. */
const wrong = 'td[data-verdict="fail"] > button[popovertarget="cell-1-0-4"]';
const panel = '.panel:popover-open';

test('the verdict is the first thing that one sees', () =>
  showing(red, {}, async (page) => {
    const heading = page.getByRole('heading', { level: 1 });
    expect(await heading.innerText()).toContain('The mesh does not conform: 6 of 21 failed');
    expect((await heading.boundingBox())?.y).toBeLessThan(150);
    expect(await page.getByRole('heading', { name: 'Failures' }).isVisible()).toBe(true);
  }));

test('a click on a cell opens its panel, with reasons, evidence and commands; Esc closes it', () =>
  showing(red, {}, async (page) => {
    expect(await page.locator(panel).count()).toBe(0);
    await page.locator(wrong).click();
    const dialog = page.getByRole('dialog', { name: 'sleep.legacy → httpbin.partial' });
    const text = await dialog.innerText();
    expect(text).toContain('No PeerAuthentication applies to partial/httpbin');
    expect(text).toContain('"User-Agent"');
    expect(text).toContain('kubectl --kubeconfig /tmp/kubeconfig exec -n legacy-');
    await page.keyboard.press('Escape');
    expect(await page.locator(panel).count()).toBe(0);
    expect(await isFocused(page, wrong)).toBe(true);
  }));

test('the first screen has the cause and the whole run in one grid, without scrolling', () =>
  showing(red, {}, async (page) => {
    const cause = page.getByRole('heading', {
      name: '5 pairs and 1 check failed, 1 likely cause: EnvoyFilter istio-system/chaos',
    });
    const [heading, grid] = await Promise.all([cause.boundingBox(), page.locator('.grid').boundingBox()]);
    expect(heading?.y).toBeLessThan(grid?.y ?? 0);
    expect((grid?.y ?? 800) + (grid?.height ?? 0)).toBeLessThan(800);
    expect(await page.locator('.grid button').count()).toBe(12);
    expect(await page.locator('.cards button').first().isVisible()).toBe(false);
  }));

test('a mark of the grid opens the card of its cell, and tells failures without colour', () =>
  showing(red, {}, async (page) => {
    const mark = page.locator('.grid button[popovertarget="cell-1-0-4"]');
    expect(await mark.innerText()).toBe('✗');
    await mark.click();
    expect(await page.getByRole('dialog', { name: 'sleep.legacy → httpbin.partial' }).isVisible()).toBe(true);
  }));

test('the cards of one cause are folded under it; each opens the same panel, and has the focus again when it closes', () =>
  showing(red, {}, async (page) => {
    await page.locator('.finding summary').click();
    await page.locator('.card[popovertarget="cell-1-0-4"]').click();
    expect(await page.locator(panel).getAttribute('id')).toBe(await page.locator(wrong).getAttribute('popovertarget'));
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.locator(panel).count()).toBe(0);
    expect(await isFocused(page, '.card')).toBe(true);
  }));

test('a click beside the panel closes it', () =>
  showing(red, {}, async (page) => {
    await page.locator(wrong).click();
    await page.mouse.click(20, 400);
    expect(await page.locator(panel).count()).toBe(0);
  }));

test('the keyboard alone: Tab reaches a cell, Enter opens it, Esc comes back to it, Tab goes on', () =>
  showing(red, {}, async (page) => {
    await tabTo(page, wrong);
    await page.keyboard.press('Enter');
    expect(await isFocused(page, panel)).toBe(true);
    await page.keyboard.press('Tab');
    expect(await isFocused(page, '.close')).toBe(true);
    await page.keyboard.press('Escape');
    expect(await isFocused(page, wrong)).toBe(true);
    await page.keyboard.press('Tab');
    expect(await isFocused(page, 'td[data-verdict="pass"] > button')).toBe(true);
  }));

test('the focus can be seen where it is', () =>
  showing(red, {}, async (page) => {
    await tabTo(page, wrong);
    expect(await seenOf(page, wrong, 'getComputedStyle(element).outlineStyle')).toBe('solid');
    await tabTo(page, '#show-all');
    expect(await seenOf(page, 'label[for="show-all"]', 'getComputedStyle(element).outlineStyle')).toBe('solid');
  }));

describe('the filter', () => {
  const verdicts = async (page: Page, selector: string) =>
    Promise.all((await page.locator(selector).all()).map((one) => one.getAttribute('data-verdict')));
  const visible = async (page: Page) => ({
    cells: await verdicts(page, 'td[data-verdict]:has(> button:visible)'),
    checks: await verdicts(page, '.checks li:visible'),
    suites: await page.locator('.suite > h2:visible').count(),
  });

  test.each([
    ['all', ['pass', 'pass', 'inconclusive', 'fail', 'pass', 'pass'], ['pass', 'fail'], 3],
    ['failed', ['fail'], ['fail'], 2],
    ['inconclusive', ['inconclusive'], [], 1],
    ['passed', ['pass', 'pass', 'pass', 'pass'], ['pass'], 2],
  ])('shows %s', (name, cells, checks, suites) =>
    showing(mixed, {}, async (page) => {
      await page.locator('.filter label', { hasText: new RegExp(`^${name} `) }).click();
      expect(await visible(page)).toEqual({ cells, checks, suites });
    }),
  );

  test('is a group of radio buttons: Tab reaches it, arrows choose', () =>
    showing(mixed, {}, async (page) => {
      await tabTo(page, '#show-all');
      await page.keyboard.press('ArrowRight');
      expect((await visible(page)).cells).toEqual(['fail']);
      await page.keyboard.press('ArrowLeft');
      expect((await visible(page)).cells).toHaveLength(6);
    }));

  test('keeps what is hidden out of the way of Tab', () =>
    showing(mixed, {}, async (page) => {
      await page.locator('label[for="show-fail"]').click();
      await tabTo(page, 'td button');
      expect(await isFocused(page, failed)).toBe(true);
    }));
});

test.each(['light', 'dark'] as const)(
  '%s: as the system has it, and axe finds nothing wrong, a panel open or not',
  (colorScheme) =>
    showing(mixed, { colorScheme }, async (page) => {
      const ground = await seenOf(page, 'body', 'getComputedStyle(element).backgroundColor');
      expect(ground).toBe({ light: 'rgb(250, 250, 248)', dark: 'rgb(20, 23, 26)' }[colorScheme]);
      await page.locator('.legend summary').click();
      expect(await violations(page)).toEqual([]);
      await page.locator(failed).click();
      await seenOf(page, panel, 'Promise.all(element.getAnimations().map(({ finished }) => finished.then(() => 0)))');
      expect(await violations(page)).toEqual([]);
    }),
);

test.each([1280, 400, 320])('%i pixels wide: the page does not scroll sideways, and a panel is within', (width) =>
  showing(red, { viewport: { width, height: 800 }, reducedMotion: 'reduce' }, async (page) => {
    expect(await tooWide(page)).toBe(0);
    await page.locator(wrong).click();
    const { x, width: wide } = (await page.locator(panel).boundingBox()) ?? { x: -1, width: 0 };
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + wide).toBe(width);
    expect(await seenOf(page, panel, 'element.scrollWidth - element.clientWidth')).toBe(0);
  }),
);

test.each([1280, 400])('what a server sends is shown and not obeyed, and fits into %i pixels', (width) =>
  showing(htmlReport(spoilt(resultsOf(), hostile)), { viewport: { width, height: 800 } }, async (page) => {
    expect(await tooWide(page)).toBe(0);
    expect(await page.locator('script, img, iframe, link, object, embed').count()).toBe(0);
    expect(await page.locator('style').count()).toBe(1);
    await page.locator(failed).click();
    expect(await page.locator(`${panel} pre`).first().textContent()).toContain(
      `"'><script>document.title='owned'</script><img src=x onerror="document.title='owned'"></pre></div><!--</style>&lt;`,
    );
    expect(await page.title()).not.toBe('owned');
  }),
);

test('a script that got into the page would not run', async () => {
  const infected = red.replace('</main>', "<script>document.title = 'owned'</script></main>");
  const [regression] = await regressionsOf(infected, {}, async (page) => {
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.title()).not.toBe('owned');
  });
  expect(regression).toContain('Content Security Policy');
});

test('on paper there are the matrices, and nothing that only a screen can use', () =>
  showing(red, {}, async (page) => {
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.matrix').first().isVisible()).toBe(true);
    expect(await page.locator('.filter').isVisible()).toBe(false);
    expect(await page.locator('button.more').first().isVisible()).toBe(false);
  }));

import type { Page } from 'playwright-core';
import type { KubeObject } from '../../model/types.ts';
import { hostile } from '../../report/html/fixtures.ts';
import { app, clusterSnapshot, manifestMesh, namespace, policy, security } from '../../survey/fixtures.ts';
import { meshFrom, type SurveyedMesh } from '../../survey/mesh/mesh.ts';
import { strictnessOf } from '../../survey/strict.ts';
import { countsOf, surveyOf } from '../../survey/survey.ts';
import { type PageOptions, surveyPage } from '../../survey/views/html/page.ts';
import { generatedMesh } from '../../tools/bench/generated-mesh.ts';
import { bazaar } from '../live/bazaar-fixtures.ts';
import { inBrowser, isFocused, seenOf, tabTo, tooWide, violations } from './fixtures.ts';

const { regressionsOf, showing } = inBrowser();

function pageOf(mesh: SurveyedMesh, asked: Omit<PageOptions, 'strictness'> = {}): string {
  const survey = surveyOf(mesh);
  return surveyPage(survey, { strictness: strictnessOf(survey), ...asked });
}

/** A mesh with every result. */
const mesh = manifestMesh(bazaar);
const mixed = pageOf(mesh);
const counts = countsOf(surveyOf(mesh));
const PAIRS = Object.values(counts).reduce((sum, count) => sum + count, 0);
const small = pageOf(meshFrom(clusterSnapshot(generatedMesh({ namespaces: 3, services: 10, pods: 20, policies: 10 }))));
const middle = pageOf(
  meshFrom(clusterSnapshot(generatedMesh({ namespaces: 4, services: 60, pods: 120, policies: 30 }))),
);
const vast = pageOf(
  meshFrom(clusterSnapshot(generatedMesh({ namespaces: 122, services: 122, pods: 122, policies: 0 }))),
);
const large = pageOf(
  meshFrom(clusterSnapshot(generatedMesh({ namespaces: 50, services: 1000, pods: 2000, policies: 500 }))),
);

const cell = (page: Page, from: string, to: string) => page.locator(`.pairs[aria-label^="${from} to ${to}: "]`);
const rows = (page: Page) => page.locator('tbody th.name .label').allInnerTexts();
const columns = (page: Page) => page.locator('thead th.name .label').allInnerTexts();
const field = (page: Page, name: string) => page.getByRole('searchbox', { name, exact: true });
const shown = (page: Page) => page.locator('#shown').innerText();
const choose = (page: Page, result: string) => page.locator(`.choices [data-result="${result}"]`).click();

test('the first screen says what the mesh comes to, whether it is STRICT, and how many pairs come to each result', () =>
  showing(mixed, { viewport: { width: 1280, height: 800 } }, async (page) => {
    const heading = page.getByRole('heading', { level: 1 });
    const { plain, mixed: some, broken, refused, unknown, none, mtls } = counts;
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
    expect(await heading.innerText()).toContain(
      `${plain} of ${PAIRS} pairs are plain text, ${some} are mixed, ${broken} are broken, ${unknown} are not judged`,
    );
    expect(await page.locator('.facts').innerText()).toMatch(/\d of 4 namespaces/);
    expect((await page.locator('.choices').innerText()).split('\n')).toEqual([
      `○ plain text ${plain}`,
      `◐ mixed ${some}`,
      `! broken ${broken}`,
      `✕ refused ${refused}`,
      `? not judged ${unknown}`,
      `– nobody there ${none}`,
      `● mutual TLS ${mtls}`,
    ]);
    const first = await page.locator('tbody tr').first().boundingBox();
    expect(first?.y).toBeLessThan(600);
  }));

test('10 Services: every pair is a cell, within its namespaces, and told by a sign as well', () =>
  showing(small, {}, async (page) => {
    expect(await shown(page)).toMatch(/^All 120 pairs\./);
    expect(await page.locator('.pairs').count()).toBe(120);
    expect(await page.locator('thead .box-name').allInnerTexts()).toEqual(['team-0', 'team-1', 'team-2']);
    const signs = await page.locator('.pairs').allInnerTexts();
    expect(new Set(signs)).toEqual(new Set(['●', '○', '✕', '◐', '?']));
    expect(await tooWide(page)).toBe(0);
  }));

describe('1,000 Services', () => {
  test('the page is there within a second, by namespaces, with a few thousand elements', async () => {
    const times: number[] = [];
    // Other work on the machine may slow one of them down.
    for (let at = 0; at < 4; at += 1) {
      await showing(large, {}, async (page) => {
        const found = 'performance.getEntriesByType("navigation")[0].loadEventEnd';
        times.push((await page.evaluate(found)) as number);
        expect(await page.locator('.pairs').count()).toBe(51 * 50);
        expect(await seenOf(page, ':root', 'element.querySelectorAll("*").length')).toBeLessThan(6000);
        expect(await tooWide(page)).toBe(0);
      });
    }
    expect(Math.min(...times)).toBeLessThan(1000);
  });

  test('two namespaces open to their clients and Service ports, and those to reasons; back leads back', () =>
    showing(large, {}, async (page) => {
      const label = (await cell(page, 'namespace team-3', 'namespace team-1').getAttribute('aria-label')) ?? '';
      const [, plain = '', refused = ''] = /: (\d+) plain text, (\d+) refused/.exec(label) ?? [];
      await cell(page, 'namespace team-3', 'namespace team-1').click();
      expect(await page.locator('.pairs').count()).toBe(40 * 20);
      expect(await shown(page)).toContain(`${plain} plain text, ${refused} refused`);
      expect(await page.locator('.pairs.is-plain').count()).toBe(Number(plain));
      await page.locator('.pairs.is-refused').first().click();
      expect(await page.getByRole('dialog').innerText()).toMatch(/refused: .*\n.*\nBecause/s);
      await page.keyboard.press('Escape');
      await page.goBack();
      expect(await page.locator('.pairs').count()).toBe(51 * 50);
    }));

  test('one client among all is found, with all that it reaches by namespace', () =>
    showing(large, {}, async (page) => {
      await field(page, 'From').fill('team-7/service-7');
      expect(await rows(page)).toEqual(['service-7']);
      expect((await columns(page)).length).toBe(50);
    }));
});

test('of very many namespaces a part is drawn, and buttons lead to the others', () =>
  showing(vast, {}, async (page) => {
    expect(await page.locator('.pairs').count()).toBe(60 * 60);
    const next = page.getByRole('button', { name: 'next namespaces of clients' });
    await next.click();
    await next.click();
    expect(await rows(page)).toEqual(['team-120', 'team-121', 'outsider']);
    expect(await next.isDisabled()).toBe(true);
    expect((await columns(page)).at(0)).toBe('team-0');
    await field(page, 'To').fill('service-7.team-7');
    expect((await rows(page)).at(0)).toBe('team-0');
  }));

test('a broken pair has a sign, a word and a legend of its own, beside what STRICT refuses', () =>
  showing(mixed, {}, async (page) => {
    for (const [result, sign] of [
      ['broken', '!'],
      ['refused', '✕'],
    ]) {
      const pair = page.locator(`.pairs.is-${result}`).first();
      expect((await pair.innerText()).trim()).toBe(sign);
      expect(await pair.getAttribute('aria-label')).toMatch(new RegExp(`: ${result}$`));
      await pair.click();
      expect(await page.getByRole('dialog').innerText()).toMatch(new RegExp(`${sign}\\s+${result}: `));
      await page.keyboard.press('Escape');
    }
    expect(await page.locator('.legend').innerText()).toMatch(/^Broken: refused although the client has a sidecar/);
  }));

test('a click on a pair opens its reasons; Esc, a click beside it or its button close it', () =>
  showing(mixed, {}, async (page) => {
    const pair = cell(page, 'edge/gate', 'web.shop:80');
    for (const close of [
      () => page.keyboard.press('Escape'),
      () => page.mouse.click(20, 400),
      () => page.getByRole('button', { name: 'Close' }).click(),
    ]) {
      await pair.click();
      const dialog = page.getByRole('dialog', { name: 'edge/gate → web.shop:80' });
      const text = await dialog.innerText();
      expect(text).toContain('No PeerAuthentication applies to shop/web');
      expect(text).toContain('auto-mtls.endpoint-without-sidecar');
      await close();
      expect(await dialog.isVisible()).toBe(false);
    }
  }));

test('what is not judged says why, beside its pair and below', () =>
  showing(mixed, {}, async (page) => {
    await cell(page, 'edge/gate', 'odd.edge:80').click();
    const why = 'EnvoyFilter edge/odd acts on edge/odd';
    expect(await page.getByRole('dialog').innerText()).toContain(why);
    await page.keyboard.press('Escape');
    expect(await page.locator('#not-judged').innerText()).toContain(why);
    await page.getByRole('button', { name: 'Show these pairs' }).click();
    expect(await shown(page)).toMatch(
      new RegExp(`^${counts.unknown} of ${PAIRS} pairs.*: ${counts.unknown} not judged\\.`),
    );
  }));

test('the keyboard alone: Tab reaches the matrix, arrows move in it, Enter opens a pair, Esc comes back to it', () =>
  showing(mixed, {}, async (page) => {
    await tabTo(page, '.matrix [tabindex="0"]');
    const where = () => seenOf(page, ':focus', 'element.getAttribute("aria-label")');
    expect(await where()).toMatch(/^data\/sleep to store\.data:80: /);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await where()).toMatch(/^data\/store to gate\.edge:80: /);
    expect(await seenOf(page, ':focus', 'getComputedStyle(element).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog', { name: 'data/store → gate.edge:80' }).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await where()).toMatch(/^data\/store to gate\.edge:80: /);
    await page.keyboard.press('Tab');
    expect(await isFocused(page, '.matrix *')).toBe(false);
    await page.keyboard.press('Shift+Tab');
    expect(await where()).toMatch(/^data\/store to gate\.edge:80: /);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    expect(await rows(page)).toEqual(['store']);
    expect(await isFocused(page, '.matrix .pairs')).toBe(true);
  }));

describe('the filter', () => {
  test('by result leaves rows and columns with such pairs alone, and the others out of their cells', () =>
    showing(mixed, {}, async (page) => {
      await choose(page, 'mixed');
      expect(await columns(page)).toEqual(['web:80']);
      expect(await shown(page)).toContain('15 of 360 pairs, 15 clients to 1 Service port: 15 mixed.');
      await choose(page, 'none');
      expect(await columns(page)).toEqual(['nobody:80', 'web:80']);
      expect(await page.locator('.pairs.not-shown').count()).toBe(9);
      expect(await page.getByRole('button', { name: 'mixed' }).getAttribute('aria-pressed')).toBe('true');
      await page.getByRole('button', { name: 'Show all' }).click();
      expect(await shown(page)).toMatch(/^All 360 pairs\./);
    }));

  test('by namespace, client and server, as on the command line', () =>
    showing(mixed, {}, async (page) => {
      await field(page, 'From').fill('pay/*');
      await field(page, 'To').fill('cart.shop');
      expect(await rows(page)).toEqual(['ledger', 'mainframe', 'sleep']);
      expect(await columns(page)).toEqual(['cart:8080']);
      expect(await page.locator('.box:visible h3').allInnerTexts()).toEqual(['shop']);
      await field(page, 'To').fill('nowhere');
      expect(await page.locator('#matrix').innerText()).toBe('No pair is as asked for.');
    }));

  test('a search finds either side', () =>
    showing(mixed, {}, async (page) => {
      await field(page, 'Search').fill('ledger');
      // The client with all servers, and all clients with the server.
      expect(await shown(page)).toMatch(new RegExp(`^${15 + 24 - 1} of 360 pairs, 24 clients to 15 Service ports`));
    }));

  test('a box leads to who reaches its Services', () =>
    showing(mixed, {}, async (page) => {
      await page.getByRole('button', { name: '2 Service ports of pay: show who reaches them' }).click();
      expect(await columns(page)).toEqual(['ledger:80', 'mainframe:80']);
      expect(await field(page, 'To').inputValue()).toBe('*.pay');
    }));

  test('it begins with what the command was asked', () =>
    showing(pageOf(mesh, { from: 'edge/*', to: 'web.shop', show: 'mixed' }), {}, async (page) => {
      expect(await rows(page)).toEqual(['gate', 'odd', 'office', 'past', 'sleep']);
      expect(await columns(page)).toEqual(['web:80']);
    }));
});

test.each(['light', 'dark'] as const)(
  '%s: as the system has it, and axe finds nothing wrong, by pair or by namespace, the reasons open or not',
  (colorScheme) =>
    showing(mixed, { colorScheme }, async (page) => {
      const ground = await seenOf(page, 'body', 'getComputedStyle(element).backgroundColor');
      expect(ground).toBe({ light: 'rgb(250, 250, 248)', dark: 'rgb(20, 23, 26)' }[colorScheme]);
      await choose(page, 'plain');
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Show all' }).click();
      await cell(page, 'edge/gate', 'web.shop:80').click();
      expect(await violations(page)).toEqual([]);
    }),
);

test('axe finds nothing wrong with namespaces either', () =>
  showing(middle, {}, async (page) => {
    expect(await rows(page)).toEqual(['team-0', 'team-1', 'team-2', 'team-3', 'outsider']);
    expect(await violations(page)).toEqual([]);
  }));

test.each([1280, 400, 320])('%i pixels wide: the page does not scroll sideways, and reasons fit', (width) =>
  showing(mixed, { viewport: { width, height: 800 } }, async (page) => {
    expect(await tooWide(page)).toBe(0);
    await cell(page, 'data/store', 'store.data:80').click();
    const { x = -1, width: wide = 0 } = (await page.getByRole('dialog').boundingBox()) ?? {};
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + wide).toBe(width);
  }),
);

const spoilt: KubeObject[] = [
  namespace(`${hostile}shop`),
  ...app(`${hostile}shop`, `${hostile}web`),
  ...app(`${hostile}shop`, `${hostile}old`, { sidecar: false }),
  policy(security, 'PeerAuthentication', `${hostile}shop`, `${hostile}x`, { mtls: { mode: 'STRICT' } }),
];

test.each([1280, 400])('names from a mesh are shown and not obeyed, and fit into %i pixels', (width) =>
  showing(pageOf(manifestMesh(spoilt)), { viewport: { width, height: 800 } }, async (page) => {
    expect(await tooWide(page)).toBe(0);
    expect(await page.locator('.pairs').count()).toBe(6);
    await page.locator('.pairs.is-refused').first().click();
    const text = await page.getByRole('dialog').innerText();
    expect(text).toContain(`<script>document.title='owned'</script><img src=x onerror="document.title='owned'">`);
    expect(text).toMatch(/covers namespace .* and sets STRICT/s);
    await page.keyboard.press('Escape');
    await page.locator('tbody th.name').first().click();
    expect(await page.locator('.pairs').count()).toBe(2);
    expect(await page.locator('img, iframe, link, object, embed').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.title()).not.toBe('owned');
  }),
);

test('no text can become markup, and a script that got into the page would not run', async () => {
  const infected = small.replace('</main>', "<script>document.title = 'owned'</script></main>");
  const [first = '', ...others] = await regressionsOf(infected, {}, async (page) => {
    expect(await page.locator('script').count()).toBe(3);
    expect(await page.title()).not.toBe('owned');
    expect(await page.locator('.pairs').count()).toBe(120);
    await expect(page.evaluate('document.querySelector("main").innerHTML = "<b>owned</b>"')).rejects.toThrow(
      'TrustedHTML',
    );
  });
  expect(first).toContain('Content Security Policy');
  expect(others.join()).toContain('TrustedHTML');
});

test('on paper there are the matrix and the boxes with all losses, and nothing that only a screen can use', () =>
  showing(large, { viewport: { width: 1000, height: 700 } }, async (page) => {
    const loss = page.locator('.box details:not([open]) li').first();
    expect(await loss.isVisible()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect(await loss.isVisible()).toBe(true);
    expect(await page.locator('.matrix').isVisible()).toBe(true);
    expect(await tooWide(page)).toBe(0);
    expect(await page.locator('.filters').isVisible()).toBe(false);
    expect(await page.locator('.box button').first().isVisible()).toBe(false);
  }));

import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { resultsFrom } from '../../results/file.ts';
import type { Results } from '../../results/types.ts';

/** As Debian has it, and as GitHub's runners do. */
const browsers = ['/usr/bin/chromium', '/usr/bin/google-chrome'];
const quiet = ['no-first-run', 'disable-background-networking', 'disable-component-update', 'disable-sync'];

/** Returns the run of docs/report, in which one cell failed. */
export function sample(): Results {
  const file = new URL('../../../docs/report/sample.json', import.meta.url);
  return resultsFrom(readFileSync(file, 'utf8'), 'sample.json');
}

/**
 * Starts Chromium, without a window and with a profile of its own that goes with it.
 * @throws Error where it is missing
 */
export async function launch(): Promise<Browser> {
  const browser = browsers.find((path) => existsSync(path));
  if (browser === undefined) {
    const missing = browsers.join(' or ');
    throw new Error(`The report is tested in a real browser, and there is no ${missing}: apt-get install chromium.`);
  }
  const args = ['no-sandbox', 'disable-gpu', 'disable-quic', ...quiet].map((flag) => `--${flag}`);
  return chromium.launch({ executablePath: browser, args });
}

/**
 * Writes the HTML to a file, opens it from disk as a reader would, and looks at it.
 * @returns what a page from disk must not do: complain, ask, or fetch anything besides itself
 */
async function errorsOf(
  browser: Browser,
  html: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'automtls-'));
  const file = join(folder, 'report.html');
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  try {
    await writeFile(file, html);
    const page = await context.newPage();
    const regressions: string[] = [];
    page.on('console', (message) => regressions.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => regressions.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => regressions.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => request.url() !== url && regressions.push(`request: ${request.url()}`));
    await page.goto(url);
    // Before its first frame, Chromium looks for what to focus. If a key is pressed sooner, it says so on the console.
    await page.evaluate('new Promise(requestAnimationFrame)');
    await look(page);
    return regressions;
  } finally {
    await context.close();
    await rm(folder, { recursive: true });
  }
}

type Look<Result> = (
  html: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
) => Promise<Result>;

/** Starts a browser before the tests of a file, and ends it after them. */
export function inBrowser(): {
  /** Returns what a page from disk must not do, while it is looked at. */
  regressionsOf: Look<string[]>;
  /** Looks at a page, and wants that it did nothing but be shown. */
  showing: Look<void>;
} {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  const regressionsOf: Look<string[]> = (html, options, look) => errorsOf(browser, html, options, look);
  return {
    regressionsOf,
    showing: async (...given) => expect(await regressionsOf(...given)).toEqual([]),
  };
}

const axe = readFileSync(new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** Returns what axe-core finds wrong with the page as it is now, a rule and the element for each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(`${axe}; undefined`);
  const { violations: found } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Returns what an expression of the browser comes to, in which `element` is the first that matches. */
export async function seenOf(page: Page, selector: string, expression: string): Promise<unknown> {
  return page.evaluate(`(element => ${expression})(document.querySelector(${JSON.stringify(selector)}))`);
}

/** Returns by how many pixels the page is wider than its window. */
export async function tooWide(page: Page): Promise<unknown> {
  return seenOf(page, ':root', 'element.scrollWidth - element.clientWidth');
}

/** Returns whether what has the focus matches. */
export async function isFocused(page: Page, selector: string): Promise<boolean> {
  return (await seenOf(page, ':focus', `element?.matches(${JSON.stringify(selector)}) ?? false`)) as boolean;
}

/** Presses Tab until the element has the focus. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 200; presses += 1) {
    if (await isFocused(page, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`200 presses of Tab do not reach ${selector}`);
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import type { Page } from 'playwright-core';
import { stringify } from 'yaml';
import { html, sourceOf } from '../../report/html/markup.ts';
import { bazaar } from '../live/bazaar-fixtures.ts';
import { launch } from './fixtures.ts';

// Makes the pictures in docs of what commands print and write, from what they print and write now:
//   lib/node.sh lib/test/browser/pictures.ts
// With the page of a run, it makes that of docs/own-manifests, too:
//   lib/node.sh lib/test/browser/pictures.ts results/latest/report.html

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Commands whose output is shown as a terminal shows it, by the picture in docs. */
const terminals: Readonly<Record<string, string>> = {
  'plan/plan.png': 'plan --from docs/check/shop.yaml --istio 1.31 --strict shop',
  'plan/upgrade.png': 'upgrade -f docs/plan --from 1.20 --to 1.31',
  'lint/lint.png': 'lint -f docs/lint --istio 1.31',
};

/** Runs a command of this program, whatever it ends with, and returns what it prints. */
async function printed(command: string, cwd = root): Promise<string> {
  const { stdout } = await execa(join(root, 'lib/automtls.sh'), command.split(' '), { cwd, reject: false });
  return stdout;
}

function terminal(command: string, text: string): string {
  return sourceOf(html`<!doctype html><meta charset="utf-8"><style>
body { margin: 0; }
pre { display: inline-block; margin: 0; padding: 16px 20px; background: #1b1f23; color: #e4e6e9; font: 13px/1.4 "DejaVu Sans Mono", monospace; }
b { color: #8ab8ee; font-weight: normal; }
</style><pre><b>$ npx automtls ${command}</b>
${text}</pre>`);
}

async function open(page: Page, folder: string, markup: string): Promise<void> {
  const file = join(folder, 'page.html');
  await writeFile(file, markup);
  await page.goto(pathToFileURL(file).href);
}

const folder = await mkdtemp(join(tmpdir(), 'automtls-pictures-'));
const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 1240 } });
  for (const [picture, command] of Object.entries(terminals)) {
    await open(page, folder, terminal(command, await printed(command)));
    await page.locator('pre').screenshot({ path: join(root, 'docs', picture) });
  }
  const [report] = process.argv.slice(2);
  if (report !== undefined) {
    await page.goto(pathToFileURL(report).href);
    await page.screenshot({
      path: join(root, 'docs/own-manifests/report.png'),
      clip: { x: 0, y: 0, width: 1000, height: 800 },
    });
  }
  // The mesh that has every result.
  await writeFile(join(folder, 'bazaar.yaml'), bazaar.map((object) => stringify(object)).join('---\n'));
  await printed('check -f bazaar.yaml --istio 1.31 --html mesh.html', folder);
  await page.goto(pathToFileURL(join(folder, 'mesh.html')).href);
  await page.screenshot({ path: join(root, 'docs/check/page.png') });
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suites } from '../suites/index.ts';
import { type Rule, rules } from './model/rules.ts';

// What the pages say of the code, held to the code.

const root = fileURLToPath(new URL('..', import.meta.url));
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const pages = globSync(['*.md', 'docs/*.md', 'docs/report/*.md'], { cwd: root });

test('docs/rules.md has every rule of the model, with the releases in which it holds', () => {
  const rows = [...text('docs/rules.md').matchAll(/^\| `([^`]+)` \| .+ \| ([\d.]*) ?\| ([\d.]*) ?\|$/gm)];
  const told = rows.map(([, rule, since, until]) => [rule, since || undefined, until || undefined]);
  const there = Object.entries<Rule>(rules).map(([rule, { since, until }]) => [rule, since, until]);
  expect(told.toSorted()).toEqual(there.toSorted());
});

test.each(pages)('the links of %s lead somewhere', (page) => {
  const links = [...text(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  const ours = links.filter((target) => !/^https?:/.test(target));
  expect(ours.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
});

test.each(pages)('the files and folders that %s speaks of are there', (page) => {
  const named = [...text(page).matchAll(/`((?:lib|suites|manifests|schemas|docs)\/[\w./-]*[\w/])`/g)];
  expect(named.map(([, file = '']) => file).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test.each(pages)('the scripts that %s calls are scripts of the project', (page) => {
  const { scripts } = JSON.parse(text('package.json'));
  const called = [...text(page).matchAll(/npm run (?:--silent )?([a-z]+)/g)].map(([, script = '']) => script);
  expect(called.filter((script) => !(script in scripts))).toEqual([]);
});

test('docs/architecture.md has a line for every folder of lib', () => {
  const rows = [...text('docs/architecture.md').matchAll(/^\| `(lib\/[a-z-]+)` \| /gm)].map(([, folder]) => folder);
  const folders = globSync('lib/*', { cwd: root, withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(rows.toSorted()).toEqual(folders.map(({ name }) => `lib/${name}`).toSorted());
});

test('the README has every suite', () => {
  const rows = [...text('README.md').matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, name]) => name);
  expect(suites.map(({ name }) => name).filter((name) => !rows.includes(name))).toEqual([]);
});

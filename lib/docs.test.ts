import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suites } from '../suites/index.ts';
import { type Rule, rules } from './model/rules.ts';

// What the pages say of the code, held to the code.

const root = fileURLToPath(new URL('..', import.meta.url));
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })];

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

test('the README has every suite of the task', () => {
  const rows = [...text('README.md').matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, name]) => name);
  const task = suites.filter(({ topology }) => topology === 'auto-mtls').map(({ name }) => name);
  expect(task.filter((name) => !rows.includes(name))).toEqual([]);
});

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suites } from '../../suites/index.ts';
import { selectCell, selectSuites } from '../cli/options/select.ts';
import { reasonsMarkdown } from '../report/pages/reasons.ts';
import { rulesMarkdown } from '../report/pages/rules.ts';
import { cell } from '../results/types.ts';
import { lintCodesMarkdown } from '../survey/lint/views/page.ts';

// What the pages say of the code, held to the code.

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const pages = globSync(['*.md', 'docs/*.md', 'docs/*/*.md'], { cwd: root });

test('docs/rules.md is what npm run --silent report -- rules prints', () => {
  expect(text('docs/rules.md')).toBe(`${rulesMarkdown()}\n`);
});

test('docs/reasons.md is what npm run --silent report -- reasons prints', () => {
  expect(text('docs/reasons.md')).toBe(`${reasonsMarkdown()}\n`);
});

test('docs/lint.md has the tables that automtls lint --print codes prints', () => {
  expect(
    text('docs/lint.md').endsWith(
      `\n## Codes\n\n\`automtls lint --print codes\` prints these tables.\n\n${lintCodesMarkdown()}\n`,
    ),
  ).toBe(true);
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

test('docs/results.md has every field of a cell', () => {
  const [, block = ''] = /^ {4}cells\[\] +(.*?)^```/ms.exec(text('docs/results.md')) ?? [];
  const named = block.split('\n').flatMap((line) => /^ *([\w, ]+?)(?::|$)/.exec(line)?.[1]?.split(', ') ?? []);
  const fields = Object.keys(cell.shape);
  expect({ 'to be added to the page': fields.filter((field) => !named.includes(field)) }).toEqual({
    'to be added to the page': [],
  });
  expect(named.filter((name) => name !== '' && !fields.includes(name))).toEqual([]);
});

test('the README has a row for each suite, in their order', () => {
  const [, table = ''] = /^\| suite \|.*\n(?:.*---.*\n)((?:\|.*\n)+)/m.exec(text('README.md')) ?? [];
  const rows = [...table.matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, name]) => name);
  expect(rows).toEqual(suites.map(({ name }) => name));
});

test('the cells that the README names are there', () => {
  const named = [...text('README.md').matchAll(/(?:--suite ([\w-]+) )?--cell ([\w.:-]+)/g)];
  expect(named.length).toBeGreaterThan(1);
  for (const [, suite, name = ''] of named) {
    const chosen = selectSuites(suites, suite === undefined ? undefined : [suite]);
    expect(() => selectCell(chosen, name)).not.toThrow();
  }
});

test('what the action and its page say of the suites without a name is what happens', () => {
  const says = 'default: those of the task';
  expect(text('action.yml')).toContain(`such as strict,disable (${says})`);
  expect(text('docs/github-actions.md')).toContain(says);
  expect(selectSuites(suites, undefined).length).toBeLessThan(suites.length);
});

/** The rooms of lib that are folders, each with those whose values it imports. */
const rooms = await (async () => {
  const { rooms } = (await import(join(root, '.dependency-cruiser.mjs'))) as { rooms: Record<string, string[]> };
  const isFolder = (room: string) => !room.endsWith('.ts');
  const folders = Object.entries(rooms).filter(([room]) => isFolder(room));
  return new Map(folders.map(([room, imports]) => [room, imports.filter(isFolder)]));
})();

test('docs/architecture.md has a row for each room, from low to high', () => {
  const [, table = ''] = /^\| room \|.*\n(?:.*---.*\n)((?:\|.*\n)+)/m.exec(text('docs/architecture.md')) ?? [];
  expect([...table.matchAll(/^\| `lib\/([\w/-]+)` \| /gm)].map(([, room]) => room)).toEqual([...rooms.keys()]);
});

test('docs/architecture.md draws on which others each room stands', () => {
  const isBelow = (low: string, high: string): boolean =>
    rooms.get(high)?.some((next) => next === low || isBelow(low, next)) ?? false;
  // What is below something that a room stands on needs no arrow of its own.
  const arrows = [...rooms].flatMap(([room, imports]) =>
    imports.filter((low) => !imports.some((next) => isBelow(low, next))).map((low) => `  ${room} --> ${low}`),
  );
  const [, drawn = ''] = /^flowchart TD\n([^`]*)```/m.exec(text('docs/architecture.md')) ?? [];
  expect(drawn).toBe(`${arrows.join('\n')}\n`);
});

import { changed, notPrinted } from './page.ts';

const file = `import { a } from './a.ts';
import { d } from './d.ts';

const all = [
  a,
  d,
];`;

const change = `+import { b } from './b.ts';
 …
+  b,
+  // c
   d,
`;

test('an import goes among the imports by its path, other lines before the one that follows them', () => {
  const done = `import { a } from './a.ts';
import { b } from './b.ts';
import { d } from './d.ts';

const all = [
  a,
  b,
  // c
  d,
];`;
  expect(changed(file, change, 'a page')).toBe(done);
  expect(changed(done, change, 'a page')).toBe(done);
  expect(changed(file, "+import { e } from './e.ts';\n", 'a page')).toContain(
    "'./d.ts';\nimport { e } from './e.ts';\n\n",
  );
});

test('a change that no longer fits says that the page is to be edited', () => {
  expect(() => changed(file, '+  b,\n   c,\n', 'docs/page.md changes all.ts')).toThrow(
    'docs/page.md changes all.ts: it adds a line before "  c,", which is there 0 times. Edit the page.',
  );
  expect(() => changed(file, '+  b,\n', 'a page')).toThrow('no line follows "  b,". Edit the page.');
});

test('what a page shows is printed, whatever the blanks, and … stands for anything', () => {
  expect(notPrinted(['  a   b', 'a|…|c (x)', 'a|…|d'], 'a b\nx\na|b|c   (x)')).toEqual(['a|…|d']);
});

import { autoMtlsIn, changedFields, withAutoMtls } from './config.ts';

/** The text as found, and with the field off. */
test.each([
  [
    'after others',
    '# theirs\na: 1\nenableAutoMtls: true # why\nb:\n- x\n',
    '# theirs\na: 1\nenableAutoMtls: false # why\nb:\n- x\n',
  ],
  ['left out', '# theirs\nb:\n- x   # odd\n', '# theirs\nenableAutoMtls: false\nb:\n- x   # odd\n'],
  ['indented', '  a: 1\n  b: 2\n', '  enableAutoMtls: false\n  a: 1\n  b: 2\n'],
  ['a text that must keep its end', 'b: |\n  x', 'enableAutoMtls: false\nb: |\n  x'],
  ['a document of several lines', '---\na: 1\n...\n', '---\nenableAutoMtls: false\na: 1\n...\n'],
  ['the last line', 'a: 1\nenableAutoMtls: true', 'a: 1\nenableAutoMtls: false'],
  ['alone', 'enableAutoMtls: true\n', 'enableAutoMtls: false\n'],
  ['nothing at all', '', 'enableAutoMtls: false\n'],
])('%s: just the field is changed, and put back to the letter', (_, found, off) => {
  expect(withAutoMtls(found, false)).toBe(off);
  expect(withAutoMtls(off, autoMtlsIn(found))).toBe(found);
});

test('in braces the rest means the same', () => {
  const off = withAutoMtls('{"a": {"b": [1]}}', false);
  expect(autoMtlsIn(off)).toBe(false);
  expect(changedFields('a: {b: [1]}', withAutoMtls(off, undefined))).toEqual([]);
});

test('what is not there is not taken out', () => {
  expect(withAutoMtls('a: 1\n', undefined)).toBe('a: 1\n');
});

test('a field of the same name further in is another', () => {
  expect(withAutoMtls('a:\n  enableAutoMtls: true\n', false)).toBe(
    'enableAutoMtls: false\na:\n  enableAutoMtls: true\n',
  );
});

test('what is changed is told field by field', () => {
  const before = 'a: {b: 1, c: [1, 2]}\nenableAutoMtls: true\nd: same\n';
  expect(changedFields(before, 'd: same\na: {b: 2, c: [2, 1], e: {}}\n')).toEqual([
    { field: 'a.b', is: 2, was: 1 },
    { field: 'a.c', is: [2, 1], was: [1, 2] },
    { field: 'a.e', is: {} },
    { field: 'enableAutoMtls', was: true },
  ]);
  expect(changedFields(before, before.replace('a: {b: 1, c: [1, 2]}', '# c\na:\n  c: [1, 2]\n  b: 1'))).toEqual([]);
  expect(changedFields('a: 1\n', '')).toEqual([{ field: 'a', was: 1 }]);
  expect(changedFields('a: 1\n', '[')).toEqual([{ isYaml: false }]);
});

import { defaultExport, isExportedTo } from './exports.ts';

test.each<[string[], string, boolean]>([
  [['*'], 'legacy', true],
  [['.'], 'full', true],
  [['.'], 'legacy', false],
  [['legacy', 'other'], 'legacy', true],
  [['other'], 'legacy', false],
  [['full'], 'full', true],
  [['~'], 'full', false],
  [['.', '*'], 'legacy', true],
])('what is in full and exported to %j is seen in %s: %p', (exportTo, namespace, seen) => {
  expect(isExportedTo(exportTo, 'full', namespace)).toBe(seen);
});

test.each([
  [undefined, ['*']],
  [['*'], ['*']],
  [['.'], ['.']],
  [['full'], undefined],
  [['.', 'full'], undefined],
  [['~'], undefined],
])('the default %j of the mesh is %j, where releases agree', (service, expected) => {
  expect(defaultExport({ exportTo: { ...(service && { service }) } }, 'service')).toEqual(expected);
});

import { mapTexts } from './texts.ts';

test('every text is changed, however deep, and nothing else', () => {
  const data = { a: 'x', b: ['y', 1, null, { c: 'z', d: true }], e: { f: [] } };
  expect(mapTexts(data, (text) => `${text}!`)).toEqual({
    a: 'x!',
    b: ['y!', 1, null, { c: 'z!', d: true }],
    e: { f: [] },
  });
  expect(data.b[0]).toBe('y');
});

test('fields that are excepted stay, with all that is in them', () => {
  const data = { keep: ['x', { a: 'y' }], a: { keep: 'z', b: 'z' } };
  expect(mapTexts(data, (text) => `${text}!`, new Set(['keep']))).toEqual({ ...data, a: { keep: 'z', b: 'z!' } });
});

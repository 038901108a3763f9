import { cut, fileOf, MOST_BYTES, MOST_FILES } from './file.ts';

test('a file says what it is about, on one line', () => {
  expect(fileOf('of a\nb', { c: 1 })).toBe('# of a b\nc: 1\n');
});

test('a file that is too long ends with a whole line, and with one that says that it was cut', () => {
  const text = fileOf('about', { list: Array.from({ length: 20_000 }, (_, at) => `endpoint ${at} →`) });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
  expect(text).toMatch(/\n {2}- endpoint \d+ →\n# cut: it was \d+ bytes long, of which at most 56000 are kept\n$/);
});

test('what fits is not cut, to the byte', () => {
  expect(cut('ab\ncd\n', 6)).toBe('ab\ncd\n');
  expect(cut(`${'a\n'.repeat(100)}`, 100)).toContain('# cut: it was 200 bytes long');
});

test('five pairs together have less than 2 MB', () => {
  expect(5 * MOST_FILES * MOST_BYTES).toBeLessThan(2_000_000);
});

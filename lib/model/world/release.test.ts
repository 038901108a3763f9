import { atLeast, formatRelease, gateWords, parseRelease } from './release.ts';

describe('parseRelease', () => {
  test.each([
    ['1.31.1', 1, 31],
    ['1.30-dev', 1, 30],
    ['1.4', 1, 4],
    ['v1.22.8', 1, 22],
    ['1.31-alpha.0a1b2c', 1, 31],
    ['1.32.0-rc.1', 1, 32],
    ['1.22.x', 1, 22],
    [' 2.0.0\n', 2, 0],
  ])('reads %s', (text, major, minor) => {
    expect(parseRelease(text)).toEqual({ major, minor });
  });

  test.each(['', '1', 'latest', '1.x', '1.4.', '-1.4', '1.4 or later', '1..4'])('refuses "%s" by name', (text) => {
    expect(() => parseRelease(text)).toThrow(`"${text}" is not an Istio release`);
  });
});

describe('atLeast', () => {
  test.each([
    ['1.12.0', '1.12', true],
    ['1.11.8', '1.12', false],
    ['1.4', '1.12', false],
    ['1.31', '1.4', true],
    ['2.0', '1.31', true],
    ['1.31', '2.0', false],
  ])('%s is at least %s: %s', (release, minimum, answer) => {
    expect(atLeast(parseRelease(release), minimum)).toBe(answer);
  });
});

test('formatRelease writes major and minor', () => {
  expect(formatRelease(parseRelease('1.30.5'))).toBe('1.30');
});

test('a gate is written with where it begins and where it ends', () => {
  expect(gateWords({ since: '1.12', until: '1.19' })).toBe('since 1.12 and before 1.19');
  expect(gateWords({ until: '1.19' })).toBe('before 1.19');
  expect(gateWords({})).toBe('');
});

import { answered, everyFive } from './fixtures.ts';
import { longestPause, lossesOf, notSent } from './losses.ts';

test('nothing lost: no window, and no code', () => {
  expect(lossesOf(everyFive(1_000, 2_000), 1_000)).toEqual({ sent: 200, lost: 0, codes: {}, longestMs: 0 });
});

test('losses have a window since the change, and are counted by code', () => {
  const answers = everyFive(1_000, 2_000, (at) => (at < 1_100 || at >= 1_200 ? 200 : at < 1_180 ? 503 : 56));
  expect(lossesOf(answers, 950)).toEqual({
    sent: 200,
    lost: 20,
    codes: { 503: 16, 'curl 56': 4 },
    firstMs: 150,
    lastMs: 245,
    longestMs: 97,
  });
});

test('one answer in between makes two runs, and the longer one counts', () => {
  const answers = everyFive(0, 100, (at) => (at === 60 ? 200 : 503));
  expect(lossesOf(answers, 0)).toMatchObject({ lost: 19, firstMs: 0, lastMs: 95, longestMs: 57 });
});

test('a request that was lost late began early: the run is as long as it took', () => {
  expect(lossesOf([answered(0), answered(2_100, 28, 2_000), answered(2_105)], 0)).toMatchObject({
    lost: 1,
    codes: { 'curl 28': 1 },
    firstMs: 2_100,
    lastMs: 2_100,
    longestMs: 2_000,
  });
});

test('an answer that broke off is lost, with both codes', () => {
  expect(lossesOf([{ at: 5, ms: 2, status: 200, curlExit: 18 }], 0)).toMatchObject({ codes: { '200, curl 18': 1 } });
});

test('what no mesh can have lost is told from what it can', () => {
  const answers = [6, 7, 18, 28, 35, 52, 55, 56, 200, 503, 404].map((code) => answered(0, code));
  expect(notSent(answers)).toEqual([answered(0, 6)]);
});

test('a pause is a time in which no request was under way, in whatever order they ended', () => {
  expect(longestPause([])).toBe(0);
  expect(longestPause([answered(100), answered(150), answered(400)])).toBe(248);
  expect(longestPause([answered(100), answered(150), answered(400), answered(410, 28, 300)])).toBe(10);
});

import { type CachedArtefact, superfluous } from './prune.ts';

const hour = 3_600_000;
const now = 100 * hour;
const kept = (place: string, bytes: number, hoursAgo: number): CachedArtefact => ({
  place,
  bytes,
  usedAt: now - hoursAgo * hour,
});
const all = [kept('new', 10, 1), kept('old', 20, 50), kept('older', 30, 60), kept('fresh', 40, 0)];
const going = (limit: number, uses: string[] = []) => superfluous(all, limit, uses, now).map(({ place }) => place);

test('within the limit nothing goes', () => {
  expect(going(100)).toEqual([]);
});

test('what was used longest ago goes first, and no more than must', () => {
  expect(going(99)).toEqual(['older']);
  expect(going(70)).toEqual(['older']);
  expect(going(69)).toEqual(['older', 'old']);
});

test('what a cluster uses stays, and so does what somebody has just asked for', () => {
  expect(going(69, ['older/programs'])).toEqual(['old', 'new']);
  expect(going(69, ['old'])).toEqual(['older', 'new']);
  expect(going(0)).toEqual(['older', 'old', 'new']);
});

import { cell } from './fixtures.ts';
import { roundsOf } from './rounds.ts';
import type { Cell } from './types.ts';

describe('a batch', () => {
  const [refusing, partial] = [cell('legacy→full', '56'), cell('legacy→partial', ['p', '503'])];
  const [legacy, other, third] = [cell('legacy→legacy', 'p'), cell('legacy→other', 'p'), cell('legacy→third', 'p')];
  const never = () => false;

  /** Returns the servers asked, with a line for each round. */
  const lines = (own: Cell[], times: (cell: Cell) => number, atOnce: (cell: Cell) => boolean = never) =>
    roundsOf(own, times, atOnce).map((round) => {
      const names = round.cells.map(({ id }) => id.split('→')[1]);
      if (!round.atOnce) return names.join(' ');
      return `${[...new Set(names)].join(' and ')} ${names.length}× at once`;
    });

  test('asks each server in turn, and those that should answer at both ends', () => {
    expect(lines([refusing, partial, legacy], () => 2)).toEqual([
      'legacy full partial legacy full partial legacy legacy',
    ]);
  });

  test('has two controls where there are two, so that one which fails does not hide the others', () => {
    expect(lines([refusing, legacy, other, third], () => 1)).toEqual([
      'legacy other full legacy other third legacy other',
    ]);
  });

  test('asks each cell as often as it wants, and its controls also where they want nothing', () => {
    const times = new Map([
      [refusing, 3],
      [legacy, 0],
      [other, 1],
    ]);
    expect(lines([refusing, legacy, other], (cell) => times.get(cell) as number)).toEqual([
      'legacy other full other full full legacy other',
    ]);
  });

  test('asks many at once between its controls, in one process for all cells', () => {
    const slow = [cell('full→full', '503'), cell('full→partial', '503')];
    expect(
      lines(
        [...slow, legacy],
        () => 30,
        (cell) => slow.includes(cell),
      ),
    ).toEqual([`legacy${' legacy'.repeat(30)}`, 'full and partial 60× at once', 'legacy']);
  });

  test('but not one alone', () => {
    expect(
      lines(
        [refusing, legacy],
        () => 1,
        (cell) => cell === refusing,
      ),
    ).toEqual(['legacy full legacy legacy']);
  });

  test('has no controls where no server should answer', () => {
    expect(lines([refusing, partial], () => 2)).toEqual(['full partial full partial']);
    expect(
      lines(
        [refusing],
        () => 2,
        () => true,
      ),
    ).toEqual(['full 2× at once']);
  });

  test('of no cells, or with nothing to ask but a refusal that is complete, asks nothing', () => {
    expect(lines([], () => 7)).toEqual([]);
    expect(lines([refusing], () => 0)).toEqual([]);
  });
});

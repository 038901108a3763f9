import { atMost } from '../../platform/texts.ts';
import { fitting } from './room.ts';

const self = (text: string): string => text;

test('items fit until there is no room for one, blank lines counted; a smaller one may still fit', () => {
  expect(fitting(['aaa', 'bbbb', 'c'], 8, self)).toEqual({ fit: ['aaa', 'c'], left: ['bbbb'] });
  expect(fitting(['aaa', 'bbb'], 10, self)).toEqual({ fit: ['aaa', 'bbb'], left: [] });
  expect(fitting([], 10, self)).toEqual({ fit: [], left: [] });
});

test('room is bytes, not characters', () => {
  expect(fitting(['→→→'], 11, self).fit).toEqual(['→→→']);
  expect(fitting(['→→→'], 10, self).left).toEqual(['→→→']);
});

test('of more lines than are wanted, those that are left are counted', () => {
  expect(atMost(['a', 'b'], 2)).toEqual(['a', 'b']);
  expect(atMost(['a', 'b', 'c', 'd'], 2)).toEqual(['a', 'b', 'and 2 more']);
});

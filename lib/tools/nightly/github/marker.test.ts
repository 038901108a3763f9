import { stateIn, withState } from './marker.ts';

const state = { '1.31': 'ab12', '1.30 → 1.31': 'cd34' };

test('a state goes with a text and is found in it again', () => {
  const text = withState('nightly', state, 'What is wrong');
  expect(text).toMatch(/^<!-- .* -->\nWhat is wrong$/);
  expect(stateIn('nightly', text)).toEqual(state);
});

test('also where people have written around it, as GitHub stores that', () => {
  const text = `An answer --> here\r\n${withState('nightly', state, 'What is wrong').replaceAll('\n', ' ')} <!-- more -->\r\n`;
  expect(stateIn('nightly', text)).toEqual(state);
});

test('a text of others has none', () => {
  expect(stateIn('nightly', 'What is wrong <!-- weekly {} -->')).toBeUndefined();
  expect(stateIn('nightly', '')).toBeUndefined();
});

test.each(['{', 'null', 'words', ''])('where somebody has made %p of it, it is known and empty', (edited) => {
  expect(stateIn('nightly', `<!-- nightly ${edited} -->\nWhat is wrong`)).toEqual({});
});

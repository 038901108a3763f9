import { together } from './together.ts';

const never = new AbortController().signal;

test('results come in the order of the tasks', async () => {
  expect(await together(never, [async () => 1, async () => 'two'])).toEqual([1, 'two']);
});

test('the first failure stops the others and is the one that is told', async () => {
  let stopped = false;
  const endless = (signal: AbortSignal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        stopped = true;
        reject(new Error('because of the abort'));
      });
    });
  const failing = async () => {
    throw new Error('the cause');
  };
  await expect(together(never, [endless, failing])).rejects.toThrow('the cause');
  expect(stopped).toBe(true);
});

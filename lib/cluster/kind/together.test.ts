import { setTimeout } from 'node:timers/promises';
import { together } from './together.ts';

test('what is done together is returned in order', async () => {
  const results = await together(
    new AbortController().signal,
    async () => {
      await setTimeout(20);
      return 'slow';
    },
    async () => 2,
  );
  expect(results).toEqual(['slow', 2]);
});

test('when one fails, the others are told, waited for, and the first failure is thrown', async () => {
  const ended: string[] = [];
  const failing = together(
    new AbortController().signal,
    async () => {
      throw new Error('the first');
    },
    async (signal) => {
      await setTimeout(10_000, undefined, { signal }).catch(() => {});
      ended.push('slow');
      throw new Error('the second');
    },
  );
  await expect(failing).rejects.toThrow('the first');
  expect(ended).toEqual(['slow']);
});

test('an interruption from outside is what is thrown', async () => {
  const controller = new AbortController();
  const work = async (signal: AbortSignal) => setTimeout(10_000, undefined, { signal });
  const interrupted = together(controller.signal, work, work);
  controller.abort(new Error('interrupted'));
  await expect(interrupted).rejects.toThrow('interrupted');
});

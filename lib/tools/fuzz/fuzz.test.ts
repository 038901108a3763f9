import { setTimeout as pause } from 'node:timers/promises';
import { parseRelease } from '../../model/world/release.ts';
import { UsageError } from '../../platform/errors.ts';
import type { Disagreement } from './ask.ts';
import { assertPath, search } from './fuzz.ts';
import { type Stack, stacksFor } from './stacks.ts';

const stacks = stacksFor({ release: parseRelease('1.31') });
const options = { signal: new AbortController().signal, seed: 1, runs: Number.MAX_SAFE_INTEGER, limitMs: 600_000 };

/** An asker on a mesh that is simulated by a function. */
class Simulated {
  found: Disagreement | undefined;
  asked = 0;
  underWay = 0;
  readonly #disagrees: (stack: Stack) => Promise<boolean>;

  constructor(disagrees: (stack: Stack) => Promise<boolean>) {
    this.#disagrees = disagrees;
  }

  async disagreesOn(stack: Stack): Promise<boolean> {
    this.asked += 1;
    this.underWay += 1;
    const disagrees = await this.#disagrees(stack).finally(() => {
      this.underWay -= 1;
    });
    if (disagrees) this.found = { ...stack, cells: [] };
    return disagrees;
  }
}

test('when the time is up, the last stack is asked to its end', async () => {
  const asker = new Simulated(() => pause(700, false));
  expect(await search(asker, stacks, { ...options, limitMs: 500 })).toBeUndefined();
  expect(asker.underWay).toBe(0);
  expect(asker.asked).toBe(1);
});

test('an interruption ends the search, long before its time is up', async () => {
  const interrupt = new AbortController();
  const asker = new Simulated(async () => {
    interrupt.abort(new Error('^C'));
    return false;
  });
  await expect(search(asker, stacks, { ...options, signal: interrupt.signal })).rejects.toThrow('^C');
  expect(asker.asked).toBe(1);
});

test('an error ends it, too, and is no disagreement', async () => {
  const asker = new Simulated(() => Promise.reject(new Error('refused')));
  await expect(search(asker, stacks, options)).rejects.toThrow('refused');
  expect(asker.asked).toBe(1);
});

test('a disagreement is reduced, and its path leads to the same stack again', async () => {
  const hasRule = async ({ objects }: Stack) => objects.some(({ kind }) => kind === 'DestinationRule');
  const asker = new Simulated(hasRule);
  const path = await search(asker, stacks, options);
  expect(asker.found?.objects).toHaveLength(1);
  const again = new Simulated(hasRule);
  expect(await search(again, stacks, { ...options, path: path as string, runs: 1 })).toBe(path);
  expect(again.found).toEqual(asker.found);
});

test.each(['1:2', '0:0:0:0'])('the path %s leads to no stack, which is refused before anything is asked', (path) => {
  const asked = () => assertPath(stacks, { seed: 1649293216, path });
  expect(asked).toThrow(UsageError);
  expect(asked).toThrow(`--path ${path} leads to no stack of seed 1649293216 on this release`);
});

test('a path that leads to a stack is taken, as is none', () => {
  expect(() => assertPath(stacks, { seed: 1649293216, path: '1' })).not.toThrow();
  expect(() => assertPath(stacks, { seed: 1649293216, path: undefined })).not.toThrow();
});

import { jest } from '@jest/globals';
import { TimeoutError } from './errors.ts';
import { unlessLate, type Wait, waitFor } from './wait.ts';

const wait: Wait = { what: 'the third look', limitMs: 10_000, everyMs: 1 };

/** Returns what sees something only at its n-th look, and counts its looks. */
function lookUntil(nth: number): (() => Promise<string | undefined>) & { looks: number } {
  const look = async () => {
    look.looks += 1;
    return look.looks < nth ? undefined : `at look ${look.looks}`;
  };
  look.looks = 0;
  return look;
}

test('what is seen is returned, and it is looked no more', async () => {
  const look = lookUntil(3);
  expect(await waitFor(look, wait)).toBe('at look 3');
  expect(look.looks).toBe(3);
});

test('0 and nothing are something to see; undefined and false are not', async () => {
  expect(await waitFor(async () => 0, wait)).toBe(0);
  const answers = [undefined, false, ''] as const;
  let at = 0;
  expect(await waitFor(async () => answers[at++], wait)).toBe('');
});

test('looks follow each other at equal intervals', async () => {
  const timer = jest.spyOn(globalThis, 'setTimeout');
  await waitFor(lookUntil(4), { ...wait, everyMs: 30 });
  expect(timer.mock.calls.map(([, ms]) => ms)).toEqual([30, 30, 30]);
  timer.mockRestore();
});

test('where the time is up it looks once more, and then tells what was waited for and what was seen last', async () => {
  const begunAt = performance.now();
  const look = lookUntil(99);
  const late = waitFor(look, { ...wait, limitMs: 40, everyMs: 1_000, seen: () => `look ${look.looks}` });
  await expect(late).rejects.toThrow(TimeoutError);
  // Timers drop the fraction of a millisecond, so a last look may come just too early, and another one follows.
  await expect(late).rejects.toThrow(/^Waited 0\.04 s for the third look; last seen: look \d\.$/);
  expect(performance.now() - begunAt).toBeLessThan(1_000);
});

test('a wait that comes too late may be passed over, an error may not', async () => {
  expect(await waitFor(lookUntil(99), { ...wait, limitMs: 1 }).catch(unlessLate)).toBeUndefined();
  const broken = waitFor(() => Promise.reject(new Error('no such thing')), wait);
  await expect(broken.catch(unlessLate)).rejects.toThrow('no such thing');
});

test('what the look throws ends the wait at once, be it a mistake of ours', async () => {
  for (const error of [new Error('refused'), new TypeError('no function')]) {
    let looks = 0;
    const broken = waitFor(() => {
      looks += 1;
      return Promise.reject(error);
    }, wait);
    await expect(broken).rejects.toBe(error);
    expect(looks).toBe(1);
  }
});

test('the signal ends it with its reason, in the middle of a pause', async () => {
  const controller = new AbortController();
  const waited = waitFor(lookUntil(99), { ...wait, everyMs: 9_000, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('interrupted')), 5);
  await expect(waited).rejects.toThrow('interrupted');
});

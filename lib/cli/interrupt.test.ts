import { jest } from '@jest/globals';
import { InterruptedError } from '../platform/errors.ts';
import { type Interruptible, interruptible } from './interrupt.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

let now = 0;
let told: string[] = [];
/** Whether the terminal of a run in the background has closed. */
let left = false;
let parent = 0;
let ending: Interruptible;

beforeEach(() => {
  now = 50_000;
  told = [];
  left = false;
  parent = 7;
  jest.useFakeTimers({ doNotFake: ['performance'] });
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  Object.defineProperty(process, 'ppid', { get: () => parent, configurable: true });
  ending = interruptible({
    onFirst: () => told.push('first'),
    quit: () => told.push('quit'),
    startedByNpm: true,
    terminal: { hasLeft: () => left },
  });
});
afterEach(() => {
  for (const name of signals) process.removeAllListeners(name);
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const press = (which: (typeof signals)[number] = 'SIGINT') => process.emit(which, which);

test('nothing is interrupted by itself', () => {
  jest.advanceTimersByTime(60_000);
  expect(ending.signal.aborted).toBe(false);
  expect(told).toEqual([]);
});

test.each(signals)('%s aborts, and says so once', (which) => {
  press(which);
  expect(ending.signal.aborted).toBe(true);
  expect(ending.signal.reason).toBeInstanceOf(InterruptedError);
  expect(told).toEqual(['first']);
});

test('repeats of npm’s within a second are the same ^C', () => {
  press();
  press();
  now += 999;
  press('SIGTERM');
  expect(told).toEqual(['first']);
});

test('a second one after that quits', () => {
  press();
  now += 1_001;
  press();
  expect(told).toEqual(['first', 'quit']);
});

test.each(['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
  'a later %s does not: nobody sits there who wants to go',
  (which) => {
    press(which);
    now += 7_500;
    press(which);
    expect(told).toEqual(['first']);
  },
);

test('what is said first is said before things unwind', () => {
  ending.signal.addEventListener('abort', () => told.push('unwinding'));
  press();
  expect(told).toEqual(['first', 'unwinding']);
});

test('the end of npm is one, too', () => {
  parent = 1;
  jest.advanceTimersByTime(60_000);
  expect(ending.signal.reason).toBeInstanceOf(InterruptedError);
  expect(told).toEqual(['first']);
});

test('a terminal that closes under a run in the background ends npm, but not the run', () => {
  left = true;
  press('SIGHUP');
  parent = 1;
  jest.advanceTimersByTime(60_000);
  expect(ending.signal.aborted).toBe(false);
  press('SIGTERM');
  expect(ending.signal.aborted).toBe(true);
});

test('an error that nobody caught aborts with itself, and ^C after it is the first', () => {
  const error = new Error('a socket');
  ending.crash(error);
  expect(ending.signal.reason).toBe(error);
  press();
  expect(told).toEqual(['first']);
});

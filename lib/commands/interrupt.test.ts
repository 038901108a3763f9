import { jest } from '@jest/globals';
import { interruptible } from './interrupt.ts';

let now = 0;
let told: string[] = [];
let signal: AbortSignal;

beforeEach(() => {
  now = 50_000;
  told = [];
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  signal = interruptible(
    () => told.push('first'),
    () => told.push('quit'),
  );
});
afterEach(() => {
  process.removeAllListeners('SIGINT');
  process.removeAllListeners('SIGTERM');
  jest.restoreAllMocks();
});

const press = (which: 'SIGINT' | 'SIGTERM' = 'SIGINT') => process.emit(which, which);

test('nothing is interrupted by itself', () => {
  expect(signal.aborted).toBe(false);
  expect(told).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s aborts, and says so once', (which) => {
  press(which);
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toEqual(new Error('interrupted'));
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

test('what is said first is said before things unwind', () => {
  signal.addEventListener('abort', () => told.push('unwinding'));
  press();
  expect(told).toEqual(['first', 'unwinding']);
});

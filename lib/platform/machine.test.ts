import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunning, processId } from './machine.ts';

const own = processId(process.pid);

test('a process is that very one, and not another of its number', () => {
  expect(own).toEqual({ pid: process.pid, started: expect.stringMatching(/^\d+$/) });
  expect(isRunning({ pid: process.pid, started: own?.started ?? '' })).toBe(true);
  expect(isRunning({ pid: process.pid, started: '17' })).toBe(false);
});

test('where its start is not known, its number must do', () => {
  expect(isRunning({ pid: process.pid, started: '' })).toBe(true);
});

test('one that has ended is none', () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect(processId(pid)).toBeUndefined();
  expect(isRunning({ pid, started: '' })).toBe(false);
  expect(isRunning({ pid: Number.NaN, started: '' })).toBe(false);
});

test('one that has ended and that its parent has not looked after is none', async () => {
  // The shell becomes a program that knows of no child.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(printed.toString());
  const child = processId(pid);
  if (child === undefined) throw new Error('the child does not run');
  // Until then the shell would look after its child.
  while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() !== 'sleep') await pause(5);
  process.kill(pid, 'SIGKILL');
  while (isRunning(child)) await pause(5);
  // Its number is taken still.
  expect(process.kill(pid, 0)).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
});

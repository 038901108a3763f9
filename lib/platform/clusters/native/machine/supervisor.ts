/**
 * Runs inside the cluster's namespaces. It reads orders from standard input, one JSON object per line, and answers on
 * standard output. It imports no other module of this project, so that it starts quickly. When one of its programs
 * ends, it exits, and the whole namespace ends with it. It also exits when standard input closes before a `keep`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A program that must run for as long as the cluster. Its output goes to a log with its name. */
export interface Component {
  name: string;
  file: string;
  args: string[];
}

export type Order = { id: number } & (
  | { commands: string[][] } // run one after the other
  | { components: Component[] } // start, all at once
  | { keep: true } // keep running when standard input closes
);

export type SupervisorReply = { done: number } | { failed: number; message: string } | { ended: string; how: string };

const logs = process.argv[2] as string;
let kept = false;

function answer(message: SupervisorReply): void {
  if (kept) return;
  try {
    writeSync(1, `${JSON.stringify(message)}\n`);
  } catch {
    process.exit(1);
  }
}

function runAll(commands: string[][]): void {
  for (const [file = '', ...args] of commands) {
    const { status, stderr, error } = spawnSync(file, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  }
}

function start({ name, file, args }: Component): void {
  const output = openSync(`${logs}/${name}.log`, 'a');
  const child = spawn(file, args, { stdio: ['ignore', output, output] });
  const ended = (how: string) => {
    writeSync(2, `${new Date().toISOString()} ${name} ended: ${how}\n`);
    answer({ ended: name, how });
    process.exit(1);
  };
  child.once('error', (error) => ended(error.message));
  child.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
}

function obey(order: Order): void {
  try {
    if ('commands' in order) runAll(order.commands);
    else if ('components' in order) order.components.forEach(start);
    answer({ done: order.id });
    if ('keep' in order) kept = true;
  } catch (error) {
    answer({ failed: order.id, message: (error as Error).message });
  }
}

const orders = createInterface({ input: process.stdin });
orders.on('line', (line) => obey(JSON.parse(line)));
orders.on('close', () => {
  if (!kept) process.exit(1);
});
process.on('SIGHUP', () => {});

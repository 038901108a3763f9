import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { searchPath } from '../../../builds/index.ts';
import { moduleExtension } from '../../../project.ts';
import { lastLines, logOf, logsInside } from '../kept/layout.ts';
import type { Component, Order, SupervisorReply } from './supervisor.ts';

/** The Linux namespaces of a cluster that is being created, and the supervisor that runs in them. */
export class Inside {
  /** When this process ends, everything inside ends. Its network namespace is the cluster's. */
  readonly pid: number;
  /** Aborts when a program inside ends, with an error that names it. */
  readonly signal: AbortSignal;
  #ended = new AbortController();
  #child: ChildProcessByStdio<Writable, Readable, null>;
  #state: string;
  #orders = 0;
  #open = new Map<number, PromiseWithResolvers<void>>();

  /** Creates the namespaces and starts the supervisor, for the cluster with this state directory. */
  constructor(state: string) {
    this.#state = state;
    this.#child = enter(logOf(state, 'supervisor'));
    this.pid = this.#child.pid as number;
    this.signal = this.#ended.signal;
    this.#child.stdin.on('error', () => {});
    this.#child.once('exit', () => this.#end('supervisor', 'killed'));
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
  }

  /** Runs commands inside, one after the other. */
  run(commands: string[][]): Promise<void> {
    return this.#tell({ commands });
  }

  /** Starts components inside. */
  start(...components: Component[]): Promise<void> {
    return this.#tell({ components });
  }

  /** Keeps everything inside running after this process ends. */
  async keep(): Promise<void> {
    await this.#tell({ keep: true });
    this.#child.stdin.destroy();
  }

  /** Lets this process exit while the supervisor runs. Unless `keep` was called, everything inside ends with it. */
  release(): void {
    this.#child.removeAllListeners('exit');
    for (const one of [this.#child, this.#child.stdin, this.#child.stdout] as { unref?: () => void }[]) one.unref?.();
  }

  async #tell(order: DistributiveOmit<Order, 'id'>): Promise<void> {
    this.signal.throwIfAborted();
    const id = ++this.#orders;
    const open = Promise.withResolvers<void>();
    this.#open.set(id, open);
    this.#child.stdin.write(`${JSON.stringify({ id, ...order })}\n`);
    await open.promise;
  }

  #hear(answer: SupervisorReply): void {
    if ('ended' in answer) this.#end(answer.ended, answer.how);
    else if ('done' in answer) this.#open.get(answer.done)?.resolve();
    else this.#open.get(answer.failed)?.reject(new Error(`The cluster could not be set up: ${answer.message}`));
  }

  #end(name: string, how: string): void {
    if (this.signal.aborted) return;
    const log = lastLines(logOf(this.#state, name));
    this.#ended.abort(new Error(`${name} ended while the cluster started (${how}). Its log ends:\n${log}`));
    for (const order of this.#open.values()) order.reject(this.signal.reason);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function enter(log: string): ChildProcessByStdio<Writable, Readable, null> {
  const supervisor = join(import.meta.dirname, `supervisor${moduleExtension}`);
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', supervisor, logsInside];
  const errors = openSync(log, 'a');
  try {
    // In its own session, so ^C in a terminal does not reach it. The environment has only what the programs need.
    return spawn('unshare', [...namespaces, 'tini', '--', ...program], {
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'pipe', errors],
      env: { PATH: searchPath(), HOME: '/root' },
    }) as ChildProcessByStdio<Writable, Readable, null>;
  } finally {
    closeSync(errors);
  }
}

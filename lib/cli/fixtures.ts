import { saboteurs } from '../../saboteurs/index.ts';
import { notReachable } from '../../suites/rules/not-reachable.ts';
import type { Suite } from '../scenario/suite.ts';
import type { Context } from './output/console.ts';

/** Returns what a command is given, and what it has printed. What it begins on a cluster is interrupted at once. */
export function contextWith(
  suites: readonly Suite[],
  { env = {}, cwd = '/' }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): { context: Context; printed: string[] } {
  const printed: string[] = [];
  const console = {
    print: (text: string) => printed.push(text),
    color: false,
    onProgress: () => {},
    signal: AbortSignal.abort(new Error('it was not refused')),
    onUncaught: () => {},
    cwd,
  };
  return {
    context: { suites, saboteurs: async () => saboteurs, notReachable, console, github: { annotates: false }, env },
    printed,
  };
}

import { createColors } from 'picocolors';
import { columns, duration, meshWords } from '../../../report/index.ts';
import type { PathResult, Transitions } from '../types.ts';
import { adviceOf } from './advice.ts';
import { costOf, headlineOf, pathWords, remarksOf, verdictOf } from './words.ts';

/**
 * Returns transitions for a terminal: how to reach each aim, a table of paths, and the result in one line.
 * @param page the path of the HTML page
 */
export function transitionsTerminal(transitions: Transitions, color: boolean, page: string): string {
  const paint = createColors(color);
  const { paths, ms } = transitions;
  const heads = ['', 'path', 'lost', 'of', 'when', 'longest', 'codes'].map((title) => paint.dim(title));
  const isNumber = (at: number): boolean => at === 2 || at === 3;
  return [
    paint.bold(`What a change of policy costs: ${meshWords(transitions)}`),
    columns([heads, ...paths.map((path) => rowOf(path, color))], isNumber).join('\n'),
    ...paths.flatMap((path) => remarksOf(path).map((one) => `${pathWords(path)}: ${one}`)),
    ...adviceOf([transitions]).map(({ aim, ends, best, direct }) =>
      [`${paint.bold(`To ${aim}`)} (${ends}):`, `  ${best}`, ...(direct === undefined ? [] : [`  ${direct}`])].join(
        '\n',
      ),
    ),
    `${paths.length} paths in ${duration(ms)}\nreport: ${page}\n${headlineOf(transitions)}`,
  ].join('\n\n');
}

function rowOf(path: PathResult, color: boolean): string[] {
  const paint = createColors(color);
  const cost = costOf(path);
  const name = pathWords(path);
  const verdict = verdictOf(path);
  const mark = { measured: '', fail: paint.red('✗'), inconclusive: paint.yellow('?') }[verdict];
  if (cost === undefined) return [mark, name, '?', '', '', '', ''];
  const { lost, sent, window, longest, codes } = cost;
  return [mark, name, lost, sent, window, longest, codes];
}

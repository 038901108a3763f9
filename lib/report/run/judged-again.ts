import type { JudgedAgain, Turned } from '../../results/index.ts';
import { counted, type Decided, whyOf } from '../../verdict/index.ts';

/** Returns what came of judging runs again, for the terminal. */
export function judgedAgainText({ judged, turned }: JudgedAgain): string {
  const all = counted(judged, 'verdict');
  if (turned.length === 0) return `✓ ${all} decided again: each as in the run, for the same reasons`;
  return [
    `✗ ${turned.length} of ${all} decided otherwise than in the run`,
    ...turned.flatMap((one) => ['', ...turnedLines(one)]),
  ].join('\n');
}

function turnedLines({ of, was, is }: Turned): string[] {
  return [of, `  then ${decidedWords(was)}`, `  now  ${decidedWords(is)}`];
}

function decidedWords({ verdict, reasons }: Decided): string {
  return `${verdict} [${reasons.map(({ code }) => code).join(', ')}]: ${whyOf(reasons)}`;
}

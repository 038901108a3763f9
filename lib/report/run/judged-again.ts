import { logicalNames } from '../../model/world/rename.ts';
import type { JudgedAgain, Turned } from '../../results/judged-again.ts';
import { counted } from '../../verdict/entry.ts';
import { whyOf } from '../../verdict/reasons.ts';
import type { Decided } from '../../verdict/record/step.ts';

/**
 * Returns what came of judging a run again, for the terminal.
 * @param namespaces the run's, by their names in the topologies
 */
export function judgedAgainText({ judged, turned }: JudgedAgain, namespaces: Record<string, string>): string {
  const all = counted(judged, 'verdict');
  if (turned.length === 0) return `✓ ${all} decided again: each as in the run, for the same reasons`;
  const lines = [
    `✗ ${turned.length} of ${all} decided otherwise than in the run`,
    ...turned.flatMap((one) => ['', ...turnedLines(one)]),
  ];
  return logicalNames(lines.join('\n'), namespaces);
}

function turnedLines({ of, then, now }: Turned): string[] {
  return [of, `  then ${decidedWords(then)}`, `  now  ${decidedWords(now)}`];
}

function decidedWords({ verdict, reasons }: Decided): string {
  return `${verdict} [${reasons.map(({ code }) => code).join(', ')}]: ${whyOf(reasons)}`;
}

import { logicalNames } from '../../model/world/rename.ts';
import type { Decided, JudgedAgain, Turned } from '../../results/judged-again.ts';
import { counted } from '../../verdict/entry.ts';
import { whyOf } from '../../verdict/reasons.ts';

/**
 * Returns what came of judging a run again, for the terminal.
 * @param namespaces the run's, by their names in the topologies
 */
export function judgedAgainText(
  { judged, turned, unmatched }: JudgedAgain,
  namespaces: Readonly<Record<string, string>>,
): string {
  const same = judged - turned.length;
  const lines = [
    turned.length === 0
      ? `✓ ${counted(judged, 'verdict')} decided again, all as in the run, for the same reasons`
      : `✗ ${turned.length} of ${counted(judged, 'verdict')} decided otherwise than in the run, ${same} as in it`,
    ...turned.flatMap((one) => ['', ...turnedLines(one)]),
    ...(unmatched.length === 0 ? [] : ['', `? not compared: ${unmatched.join('; ')}`]),
  ];
  return logicalNames(lines.join('\n'), namespaces);
}

function turnedLines({ of, then, now }: Turned): string[] {
  return [`${of}`, `  then ${decidedWords(then)}`, `  now  ${decidedWords(now)}`];
}

function decidedWords({ verdict, reasons }: Decided): string {
  return `${verdict} [${reasons.map(({ code }) => code).join(', ')}]: ${whyOf(reasons)}`;
}

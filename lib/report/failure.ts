import { rolesOf } from '../model/rename.ts';
import { outcomeWords, sightWords } from '../probe/judge.ts';
import type { CellResult, StepResult, SuiteResult } from '../results/types.ts';
import { lastSeen } from './words.ts';

/**
 * Returns for each cell or check of a step that did not pass what was expected and why, what was seen, and how to see it
 * oneself. It speaks of roles, but the commands name the namespaces that there are.
 */
export function failureText(suite: SuiteResult, step: StepResult, namespaces: Record<string, string>): string[] {
  const place = `${suite.name} › ${step.title}`;
  if (step.kind === 'check') {
    if (step.verdict === 'pass') return [];
    return [rolesOf(`${step.verdict.toUpperCase()} ${place}\n  ${step.why}`, namespaces)];
  }
  return step.cells
    .filter(({ verdict }) => verdict !== 'pass')
    .map((cell) => [rolesOf(cellText(place, cell), namespaces), ...reproLines(cell)].join('\n'));
}

function reproLines({ repro, expectation }: CellResult): string[] {
  return [
    '  to see it yourself, in the namespaces of the run, which stay with --keep',
    ...repro.flatMap((command) => command.split('\n').map((line) => `    ${line}`)),
    `  which, as expected, comes to ${expectation.outcomes.map(({ outcome }) => outcomeWords(outcome)).join(' or ')}`,
  ];
}

function cellText(place: string, cell: CellResult): string {
  const last = lastSeen(cell.seen);
  return [
    `${cell.verdict.toUpperCase()} ${place} › ${cell.client} → ${cell.server}`,
    `  ${cell.why}`,
    `  expected  ${cell.expectation.outcomes.map(({ outcome }) => outcomeWords(outcome)).join(' or ')}`,
    ...cell.expectation.reasons.map(({ text }) => `            because ${text}`),
    `  seen      ${cell.seen.map(({ sight, count, lastMs }) => `${count} × ${sightWords(sight)}, last after ${Math.round(lastMs)} ms`).join('\n            ') || 'nothing'}`,
    ...(last?.evidence === undefined ? [] : evidence(last.evidence)),
  ].join('\n');
}

function evidence({
  status,
  curlExit,
  curlMessage,
  body,
}: {
  status: number;
  curlExit: number;
  curlMessage: string;
  body: string;
}): string[] {
  const text = body.trim().replaceAll(/\s+/g, ' ').slice(0, 400);
  return [
    `  evidence  HTTP ${status}, curl exit ${curlExit}${curlMessage === '' ? '' : ` (${curlMessage})`}${text === '' ? '' : `: ${text}`}`,
  ];
}

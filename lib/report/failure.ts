import { outcomeWords, sightWords } from '../probe/judge.ts';
import type { CellResult, StepResult, SuiteResult } from '../run/results.ts';
import { lastSeen } from './words.ts';

/** Returns for each cell or check of a step that did not pass what was expected and why, what was seen, and how to see it oneself. */
export function failureText(suite: SuiteResult, step: StepResult): string[] {
  const place = `${suite.name} › ${step.title}`;
  if (step.kind === 'check')
    return step.verdict === 'pass' ? [] : [`${step.verdict.toUpperCase()} ${place}\n  ${step.why}`];
  return step.cells.filter(({ verdict }) => verdict !== 'pass').map((cell) => cellText(place, cell));
}

function cellText(place: string, cell: CellResult): string {
  const last = lastSeen(cell.seen);
  return [
    `${cell.verdict.toUpperCase()} ${place} › sleep.${cell.client} → httpbin.${cell.server}`,
    `  ${cell.why}`,
    `  expected  ${cell.expectation.outcomes.map(({ outcome }) => outcomeWords(outcome)).join(' or ')}`,
    ...cell.expectation.reasons.map(({ text }) => `            because ${text}`),
    `  seen      ${cell.seen.map(({ sight, count, lastMs }) => `${count} × ${sightWords(sight)}, last after ${Math.round(lastMs)} ms`).join('\n            ') || 'nothing'}`,
    ...(last?.evidence === undefined ? [] : evidence(last.evidence)),
    '  to see it yourself (with --keep the namespaces stay)',
    ...cell.repro.flatMap((command) => command.split('\n').map((line) => `    ${line}`)),
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

import type { AskResult, Results } from '../../results/index.ts';
import { columns } from '../parts/columns.ts';

/** Returns the time of each part of a run's steps, in milliseconds, as a table for a terminal: a row for each step. */
export function timingsText({ suites }: Results): string {
  const steps = suites.flatMap(({ name, steps }) => steps.map((step) => ({ suite: name, step })));
  const parts = [...new Set(steps.flatMap(({ step }) => (step.kind === 'ask' ? (step.parts ?? []) : []).map(named)))];
  const rows = steps.map(({ suite, step }) => {
    const own = step.kind === 'ask' ? (step.parts ?? []) : [];
    const times = parts.map((part) => own.filter((one) => one.name === part).reduce((sum, { ms }) => sum + ms, 0));
    return [`${suite} › ${step.title}`, ...[step.ms, ...times].map(inMilliseconds)];
  });
  const sums = parts.map((_, at) => sumOf(steps.length, (row) => Number(rows[row]?.[at + 2] || 0)));
  const all = sumOf(steps.length, (row) => steps[row]?.step.ms ?? 0);
  const table = [['ms', 'total', ...parts], ...rows, ['all steps', ...[all, ...sums].map(inMilliseconds)]];
  return columns(table, (column) => column > 0).join('\n');
}

function named({ name }: NonNullable<AskResult['parts']>[number]): string {
  return name;
}

function inMilliseconds(ms: number): string {
  return ms < 1 ? '' : ms.toFixed(0);
}

function sumOf(count: number, of: (nth: number) => number): number {
  return Array.from({ length: count }, (_, nth) => of(nth)).reduce((sum, one) => sum + one, 0);
}

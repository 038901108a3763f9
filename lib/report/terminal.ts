import { createColors } from 'picocolors';
import { rolesOf } from '../model/rename.ts';
import type { AskResult, CellResult, CheckResult, Results, StepResult, SuiteResult } from '../results/types.ts';
import { failureText } from './failure.ts';
import { cellWords, duration, marks } from './words.ts';

/**
 * Returns what a run found, for a terminal: a matrix a step as in the task, then the failures, then the count.
 * @param color whether the terminal shows colours
 */
export function terminalReport(results: Results, color: boolean): string {
  const paint = createColors(color);
  const tint = { pass: paint.green, fail: paint.red, inconclusive: paint.yellow };
  const say = (text: string): string => rolesOf(text, results.run.namespaces);

  const suiteText = (suite: SuiteResult): string => {
    const head = `${paint.bold(suite.name)} ${paint.dim(suite.title)}`;
    if (suite.skipped !== undefined) return `${head}\n  skipped: ${suite.skipped}`;
    return [head, ...suite.steps.map(stepText)].join('\n');
  };
  const stepText = (step: StepResult): string => (step.kind === 'ask' ? askText(step) : checkText(step));
  const checkText = ({ title, verdict, why }: CheckResult): string =>
    `  ${tint[verdict](marks[verdict])} ${title}${verdict === 'pass' ? '' : `\n    ${say(why)}`}`;
  const askText = (step: AskResult): string => {
    const inForce = step.objects.join(', ') || 'nothing applied';
    const detail = step.autoMtls ? inForce : `auto mTLS off; ${inForce}`;
    return [`  ${step.title} ${paint.dim(`(${detail})`)}`, matrix(step.cells), ...arrival(step).map(paint.dim)].join(
      '\n',
    );
  };
  const matrix = (cells: CellResult[]): string => {
    const columns = [...new Set(cells.map(({ server }) => server))];
    const rows = [...Map.groupBy(cells, ({ client }) => client)];
    const width =
      Math.max(...cells.map((cell) => cellWords(cell).length + 2), ...columns.map((server) => server.length)) + 2;
    const header = `    ${''.padEnd(14)}${columns.map((server) => server.padEnd(width)).join('')}`.trimEnd();
    const lines = rows.map(([client, own]) => {
      const shown = own.map((cell) => {
        const words = `${marks[cell.verdict]} ${cellWords(cell)}`;
        return tint[cell.verdict](words) + ' '.repeat(width - words.length);
      });
      return `    ${client.padEnd(14)}${shown.join('')}`.trimEnd();
    });
    return [paint.dim(header), ...lines].join('\n');
  };

  const failures = results.suites.flatMap((suite) =>
    suite.steps.flatMap((step) => failureText(suite, step, results.run.namespaces)),
  );
  const phases = results.phases.map(({ name, ms }) => `${name} ${duration(ms)}`).join(' · ');
  const { cluster, istio } = results;
  return [
    // One that an interruption kept from beginning has nothing to show.
    ...results.suites.filter(({ skipped, steps }) => skipped !== undefined || steps.length > 0).map(suiteText),
    ...failures.map((text) => paint.red(text)),
    [
      paint.dim(`Istio ${istio.version} on ${cluster.provider} ${cluster.name}, Kubernetes ${cluster.kubernetes}`),
      ...istio.notes.map((note) => paint.dim(note)),
      paint.dim(phases),
      ...(results.run.interrupted ? ['interrupted: what was not asked is not counted'] : []),
      ...results.problems.map((problem) => paint.red(`inconclusive: ${problem}`)),
      ...(results.summary.inconclusive > 0
        ? [`${results.summary.inconclusive} of the failed are inconclusive: the harness could not tell`]
        : []),
      totals(results),
    ].join('\n'),
  ].join('\n\n');
}

/** Beyond what anybody can tell from never, the figure says nothing more. */
function chanceWords(chance: number): string {
  return chance < 1e-15 ? 'below 1e-15' : chance.toExponential(0);
}

/** Returns the last line; what is inconclusive did not pass. */
export function totals(results: Results): string {
  const { passed, failed, inconclusive, skipped } = results.summary;
  return `${passed} passed, ${failed + inconclusive} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

function arrival({ propagation, cells }: AskResult): string[] {
  const asked = cells.reduce((sum, cell) => sum + cell.asked, 0);
  const mixed = cells
    .filter(({ expectation, verdict }) => verdict === 'pass' && expectation.outcomes.length > 1)
    .map(
      (cell) =>
        `    both endpoints of ${cell.server} seen from ${cell.client} in ${cell.streak} requests; chance of missing one ${chanceWords(cell.missChance)}`,
    );
  if (propagation === undefined) return [`    ${asked} requests`, ...mixed];
  const { firstRightMs, lastWrongMs, flaps } = propagation;
  const wrong = lastWrongMs === undefined ? 'none was wrong' : `last wrong after ${duration(lastWrongMs)}`;
  return [
    `    first right after ${duration(firstRightMs)}, ${wrong}, ${flaps} flap${flaps === 1 ? '' : 's'}, ${asked} requests`,
    ...mixed,
  ];
}

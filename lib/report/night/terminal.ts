import { createColors } from 'picocolors';
import type { Comparison, Night } from '../../nightly/types.ts';
import { type ComparedView, type Entry, entryWords, nightView } from './view.ts';

/**
 * Returns a night for a terminal: the table of steps and releases, what is wrong or open, then what changed.
 * @param color whether the terminal shows colours
 */
export function nightTerminal(night: Night, comparison: Comparison, color: boolean): string {
  const view = nightView(night, comparison);
  const paint = createColors(color);
  const tint = { pass: paint.green, fail: paint.red, inconclusive: paint.yellow, nothing: paint.dim };

  const rows = [{ title: 'in all', entries: view.legs.map(({ verdict }) => verdict) }, ...view.steps];
  const first = Math.max(...rows.map(({ title }) => title.length)) + 2;
  const widths = view.legs.map(({ istio, required }, column) => {
    const head = headOf(istio, required);
    return Math.max(head.length, ...rows.map(({ entries }) => entryWords(entries[column] as Entry).length)) + 2;
  });
  const head = view.legs.map(({ istio, required }, column) => headOf(istio, required).padEnd(widths[column] ?? 0));
  const lines = rows.map(({ title, entries }) => {
    const cells = entries.map((entry, column) => {
      const words = entryWords(entry);
      return tint[entry.state](words) + ' '.repeat((widths[column] ?? 0) - words.length);
    });
    return `${title.padEnd(first)}${cells.join('')}`.trimEnd();
  });
  const listOf = (title: string, all: string[]): string[] =>
    all.length === 0 ? [] : [[paint.bold(title), ...all.map((line) => `  ${line}`)].join('\n')];
  const comparedOf = (title: string, all: ComparedView[]): string[] =>
    listOf(
      title,
      all.flatMap((one) => [one.head, ...one.lines.map((line) => `  ${line}`)]),
    );
  return [
    [paint.bold(view.title), '', paint.dim(`${''.padEnd(first)}${head.join('')}`.trimEnd()), ...lines].join('\n'),
    ...listOf('What is wrong', view.troubles),
    ...listOf('What could not be told', view.untold),
    ...comparedOf('Since last night', view.sinceLastNight),
    ...comparedOf('From release to release', view.betweenReleases),
    view.headline,
  ].join('\n\n');
}

function headOf(istio: string, required: boolean): string {
  return required ? istio : `${istio} informational`;
}

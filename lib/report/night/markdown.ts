import type { Comparison, Night } from '../../nightly/types.ts';
import { inline } from '../markdown-text.ts';
import { marks } from '../words.ts';
import { type ComparedView, type NightView, nightView, type Shown } from './view.ts';

/** Returns a night as Markdown of GitHub: the table of steps and releases, what is wrong or open, then what changed. */
export function nightMarkdown(night: Night, comparison: Comparison): string {
  const view = nightView(night, comparison);
  const parts = [
    `## ${view.title}`,
    view.headline,
    table(view),
    ...listOf('What is wrong', view.troubles),
    ...listOf('What could not be told', view.untold),
    ...comparedOf('Since last night', view.sinceLastNight),
    ...comparedOf('From release to release', view.betweenReleases),
  ];
  return `${parts.join('\n\n')}\n`;
}

function table({ legs, steps }: NightView): string {
  const rows = [
    ['', ...legs.map(({ istio }) => istio)],
    ['---', ...legs.map(() => '---')],
    ['', ...legs.map(({ required }) => (required ? 'required' : 'informational'))],
    ['**in all**', ...legs.map(({ verdict }) => shown(verdict))],
    ...steps.map((step) => [inline(step.title), ...step.shown.map(shown)]),
  ];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function shown({ state, words }: Shown): string {
  return inline(state === 'nothing' ? words : `${marks[state]} ${words}`);
}

function listOf(head: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`### ${head}`, lines.map((line) => `- ${inline(line)}`).join('\n')];
}

function comparedOf(head: string, compared: ComparedView[]): string[] {
  if (compared.length === 0) return [];
  const items = compared.map((one) =>
    [`- ${inline(one.head)}`, ...one.lines.map((line) => `  - ${inline(line)}`)].join('\n'),
  );
  return [`### ${head}`, items.join('\n')];
}

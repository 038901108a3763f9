import type { Results } from '../../results/types.ts';
import { duration } from '../words.ts';
import { factList } from './facts.ts';
import { headline, verdictSentence } from './headline.ts';
import { inRoles } from './in-roles.ts';
import { legend } from './legend.ts';
import { html, type Markup } from './markup.ts';
import { filter, overview } from './overview.ts';
import { page } from './page.ts';
import { suiteSection } from './suite.ts';
import { wrongSection } from './wrong.ts';

/**
 * Returns what a run found as one HTML file: it opens from disk, loads nothing and runs nothing.
 * Whatever the results hold is shown as text.
 */
export function htmlReport(results: Results): string {
  const told = inRoles(results);
  return page(
    `${verdictSentence(told)} – automtls ${told.run.id}`,
    html`${headline(told)}<main class="wrap">
${wrongSection(told)}${overview(told)}${filter(told.summary)}${legend()}${told.suites.map(suiteSection)}</main>
${footer(told)}`,
  );
}

function footer({ schema, automtls, phases, summary }: Results): Markup {
  return html`<footer class="wrap">
${factList([
  ...phases.map(({ name, ms }): [string, Markup] => [name, html`${duration(ms)}`]),
  ['exit code', html`${summary.exitCode}`],
  ['automtls', html`${automtls.version}`],
  ['schema', html`${schema}`],
])}
</footer>
`;
}

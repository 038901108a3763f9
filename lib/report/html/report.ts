import type { Results } from '../../results/index.ts';
import { asShown } from '../parts/as-shown.ts';
import { duration } from '../parts/words.ts';
import { factList } from './elements.ts';
import { filter } from './filter.ts';
import { grid } from './grid.ts';
import { headline, verdictSentence } from './headline.ts';
import { legend } from './legend.ts';
import { html, type Markup } from './markup.ts';
import { page } from './page.ts';
import { suiteSection } from './suite.ts';
import { wrongSection } from './wrong.ts';

/**
 * Returns the results of a run as one HTML file, which opens from disk, loads nothing and runs no script.
 * Everything in the results is shown as text.
 */
export function htmlReport(found: Results): string {
  const results = asShown(found);
  return page(
    `${verdictSentence(results)} – automtls ${results.run.id}`,
    html`${headline(results)}<main class="wrap">
${wrongSection(results)}${grid(results)}${filter(results.summary)}${legend(results)}${results.suites.map(suiteSection)}</main>
${footer(results)}`,
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

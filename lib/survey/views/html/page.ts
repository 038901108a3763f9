import { dataMarkup, html, page } from '../../../report/index.ts';
import type { NamespaceStrictness } from '../../strict.ts';
import { countsOf, type Survey } from '../../survey.ts';
import { boxesOf } from './boxes.ts';
import { type Asked, pageData } from './data.ts';
import { filterOf, headOf, sentenceOf } from './head.ts';
import { notesOf } from './notes.ts';
import { fills } from './parts.ts';
import { pageScript } from './script.ts';
import { surveySheet } from './style.ts';

export interface PageOptions extends Asked {
  strictness: readonly NamespaceStrictness[];
}

/**
 * Returns a survey as one HTML file, which opens from disk and loads nothing: a summary, who reaches whom as a matrix
 * that narrows down by names and results, STRICT by namespace, and what is not judged. Its script gets what is read from
 * the mesh as data, and puts it into the page as text alone.
 */
export function surveyPage(survey: Survey, { strictness, ...asked }: PageOptions): string {
  return page(
    `${sentenceOf(countsOf(survey))} – automtls check, ${survey.mesh.snapshot.label}`,
    html`${fills}${headOf(survey, strictness)}<main class="wrap">
<section id="pairs"><h2 id="matrix-title">Who reaches whom</h2>
${filterOf(survey)}<noscript><p>The matrix of pairs takes a script, and this browser runs none. What is below is complete without.</p></noscript>
<p id="shown" role="status" class="quiet"></p>
<p id="turn" class="turn"></p>
<div id="matrix" class="scroll"></div></section>
${boxesOf(survey, strictness)}${notesOf(survey)}</main>
<dialog id="panel" class="about" aria-labelledby="panel-title"><button type="button" class="close">Close</button><div class="told"></div></dialog>
${dataMarkup('mesh', pageData(survey, asked))}
`,
    surveySheet,
    pageScript(),
  );
}

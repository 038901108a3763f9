import { duration, factList, html, type Markup, measuredFacts, page } from '../../../report/index.ts';
import { counted } from '../../../verdict/index.ts';
import type { HarnessVerdict, Proof, ProofOutcome, TriedSaboteur } from '../types.ts';
import { proofSheet } from './style.ts';
import { isRight, outcomeMarks, outcomeWords, proofHeadline, scoreWords, whatWords } from './words.ts';

/**
 * Returns a proof as one HTML file, which opens from disk, loads nothing and runs no script: the mutation score, then
 * each saboteur with what had to turn and what turned.
 */
export function htmlProof(proof: Proof): string {
  const { saboteurs, schema, summary, error } = proof;
  return page(
    `${proofHeadline(proof)} – automtls`,
    html`${headline(proof)}<main class="wrap">
${
  error === undefined
    ? ''
    : html`<p class="error">Ended early: ${error}</p>
`
}${table(saboteurs)}${key()}</main>
<footer class="wrap">${factList([
      ['exit code', html`${summary.exitCode}`],
      ['schema', html`${schema}`],
    ])}</footer>
`,
    proofSheet,
  );
}

const verdicts = { 0: 'pass', 1: 'fail', 3: 'inconclusive' } as const;
const looks: Record<ProofOutcome, string> = {
  killed: 'pass',
  withstood: 'pass',
  survived: 'fail',
  false: 'fail',
};

function headline(proof: Proof): Markup {
  const { summary, saboteurs } = proof;
  const verdict = verdicts[summary.exitCode];
  const all = outcomeWords.map(([outcome]) => ({ outcome, many: summary[outcome] }));
  const shown = all.filter(({ many }, at) => many > 0 || at === 0);
  return html`<header class="top ${verdict}"><div class="wrap">
<p class="product"><b>automtls</b> a mesh broken on purpose</p>
<h1><span class="mark" aria-hidden="true">${marks[verdict]}</span> <span>Mutation score ${scoreWords(summary)}</span></h1>
<p class="counts">${shown.map(({ outcome, many }) => html`<span class="${many === 0 ? 'none' : looks[outcome]}"><b>${many}</b> ${outcome}</span> `)}<span class="quiet">of ${counted(saboteurs.length, 'saboteur')}</span></p>
${measuredFacts(proof)}
</div></header>
`;
}

const marks = { pass: '✓', fail: '✗', inconclusive: '?' };

function table(saboteurs: TriedSaboteur[]): Markup {
  const heads = ['Outcome', 'Saboteur', 'Step', 'Must turn', 'Turned', 'Time'];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Saboteurs">
<table class="saboteurs"><caption class="vh">Each saboteur (row), what had to turn, and what turned</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${saboteurs.map(row)}</tbody></table>
</div>
`;
}

function row({ name, title, aim, outcome, why, turns, turned, ms }: TriedSaboteur): Markup {
  const must = turns.map(({ of, to, because }) => [to, of, because] as const);
  const total = ms.break + ms.step + ms.mend;
  return html`<tr class="${looks[outcome]}"><td class="outcome"><span class="mark" aria-hidden="true">${outcomeMarks[outcome]}</span> ${outcome}</td><th scope="row"><b>${name}</b> <span class="title">${title}</span>${isRight(outcome) ? '' : html`<ul class="lines fail">${why.map((one) => html`<li>${one}</li>`)}</ul>`}</th><td>${aim}</td><td>${
    must.length === 0
      ? 'nothing'
      : must.map(([to, of, because]) => html`<p><b>${to}</b> ${whatWords(of)}</p><p><code>${because}</code></p>`)
  }</td><td>${turned.length === 0 ? 'nothing' : groups(turned).map(turnedPart)}</td><td class="took">${duration(total)}</td></tr>
`;
}

/** What has the same verdict is one group. */
function groups(turned: HarnessVerdict[]): HarnessVerdict[][] {
  return [...Map.groupBy(turned, ({ verdict }) => verdict).values()];
}

function turnedPart(some: HarnessVerdict[]): Markup {
  const [first] = some as [HarnessVerdict];
  return html`<details><summary><b>${first.verdict}</b> ${whatWords(some.map(({ of }) => of))}</summary>
<dl>${some.map(({ of, why }) => html`<dt>${of}</dt><dd>${why}</dd>`)}</dl></details>`;
}

function key(): Markup {
  return html`<ul class="key">${outcomeWords.map(([outcome, words]) => html`<li class="${looks[outcome]}"><span><span class="mark" aria-hidden="true">${outcomeMarks[outcome]}</span> ${outcome}</span> ${words}</li>`)}</ul>
`;
}

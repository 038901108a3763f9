import { html, type Markup } from '../markup.ts';
import { base } from './base.ts';
import { diff } from './diff.ts';
import { panel } from './panel.ts';
import { run } from './run.ts';

/** The complete style of a page. */
export interface Sheet {
  styles: Markup;
  /** Allows the style in the page's content security policy. A test shows the new hash if the style has changed. */
  hash: string;
}

/** The style of a run's report and of a comparison of two runs. */
export const runSheet: Sheet = {
  styles: html`${base}${run}${panel}${diff}`,
  hash: 'sha256-uZERUO20G/tlNgluuqBMtGn/FLynPPCoAWxgdyE0eXQ=',
};

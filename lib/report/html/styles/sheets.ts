import { night } from '../../../tools/nightly/views/style.ts';
import { prove } from '../../../tools/prove/views/style.ts';
import { transitions } from '../../../tools/transitions/views/style.ts';
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

/** The style of a night. */
export const nightSheet: Sheet = {
  styles: html`${base}${diff}${night}`,
  hash: 'sha256-LbFWamnRTNkvlb3q1iiIEjYz29EKUjbc6ZPxlhw+HVw=',
};

/** The style of a proof. */
export const proofSheet: Sheet = {
  styles: html`${base}${prove}`,
  hash: 'sha256-+az7igmK99oVtyH72+vysyjNs/0GjonvCYOq8+rowPc=',
};

/** The style of a page of transitions. */
export const transitionsSheet: Sheet = {
  styles: html`${base}${transitions}`,
  hash: 'sha256-SjROxjemnY3o2YySfkrqBmAZlPPxCci5DF6yfOih78U=',
};

import { html, type Markup } from '../markup.ts';
import { base } from './base.ts';
import { diff } from './diff.ts';
import { night } from './night.ts';
import { panel } from './panel.ts';
import { run } from './run.ts';

/** The whole style of a page. */
export interface Sheet {
  styles: Markup;
  /** What lets the style past the page's policy; a test says the new one where the style has changed. */
  hash: string;
}

/** That of a run's report, and of two runs compared. */
export const runSheet: Sheet = {
  styles: html`${base}${run}${panel}${diff}`,
  hash: 'sha256-ixK0hIJPlZUnOQ8dhVGy49g5cEWIznkckdalsX0ke3c=',
};

/** That of a night. */
export const nightSheet: Sheet = {
  styles: html`${base}${diff}${night}`,
  hash: 'sha256-LbFWamnRTNkvlb3q1iiIEjYz29EKUjbc6ZPxlhw+HVw=',
};

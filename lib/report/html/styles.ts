import { html } from './markup.ts';
import { base } from './styles/base.ts';
import { diff } from './styles/diff.ts';
import { panel } from './styles/panel.ts';
import { run } from './styles/run.ts';

/** The whole style of a page. */
export const styles = html`${base}${run}${panel}${diff}`;

/** What lets the style past the page's policy; a test says the new one where the style has changed. */
export const stylesHash = 'sha256-vnILmOyQIlb5SatD4HLAKF2eiE/QBioIfPR/qQuuPFo=';

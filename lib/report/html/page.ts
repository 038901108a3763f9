import { html, type Markup, scriptMarkup, sourceOf } from './markup.ts';
import { runSheet, type Sheet } from './styles/sheet.ts';

/** A script of a page's own. */
export interface Script {
  code: string;
  /** Allows the script in the page's content security policy. */
  hash: string;
}

/**
 * The page may not load or send anything. Only the page's own style and script are allowed, by their hashes; and the
 * script cannot make markup of text.
 */
function policyFor({ hash }: Sheet, script: Script | undefined): string {
  const closed = `default-src 'none'; style-src '${hash}'; base-uri 'none'; form-action 'none'`;
  if (script === undefined) return closed;
  return `${closed}; script-src '${script.hash}'; require-trusted-types-for 'script'; trusted-types 'none'`;
}

/** The hatching that marks a bar as wrong without colour; all SVGs of the page refer to it. */
const patterns = html`<svg width="0" height="0" class="patterns" aria-hidden="true"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" class="ground"/><rect width="2.5" height="5" class="stripe"/></pattern></defs></svg>`;

/** Returns a complete, self-contained HTML file. */
export function page(title: string, body: Markup, sheet: Sheet = runSheet, script?: Script): string {
  return sourceOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyFor(sheet, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${sheet.styles}</style>
</head>
<body>
${patterns}
${body}${script === undefined ? '' : scriptMarkup(script.code)}</body>
</html>
`);
}

import { line } from './visible.ts';

/** Maximum length of a sentence; this project's own are shorter. */
const LENGTH = 500;

/**
 * Escapes any text as one line of GitHub's Markdown, also inside a table or an HTML tag: no markup, links, mentions or
 * references to issues.
 */
export function inline(text: string): string {
  const special = /[&<>`*_[\]\\|~$\u200b]/g;
  return (
    line(text, LENGTH)
      // GitHub finds mentions and issue numbers after rendering, when escapes are gone: only a zero-width space helps.
      .replaceAll(/@|#(?=\d)|\bGH(?=-\d)|:(?=\/\/)|\bwww(?=\.)/gi, '$&\u200b')
      // These characters would start a list or a heading.
      .replace(/^(?=[-+=]|#+(?:\s|$)|\d+[.)])/, '\u200b')
      .replaceAll(special, (character) => `&#${character.codePointAt(0)};`)
  );
}

/** Returns a text as a code block; the text may contain backticks. */
export function fenced(text: string, language: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Returns a folded section; `summary` and `body` are Markdown. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

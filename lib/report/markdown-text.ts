import { line } from './visible.ts';

/** How much of a sentence is shown; nobody of ours writes so long a one. */
const LENGTH = 500;

/**
 * Returns a text of whatever origin as one line for GitHub's Markdown, also within a table or an HTML tag: it shows as it
 * is, and neither marks up nor links, mentions nobody and refers to no issue.
 */
export function inline(text: string): string {
  const special = /[&<>`*_[\]\\|~$\u200b]/g;
  return (
    line(text, LENGTH)
      // GitHub looks for names and numbers in what has been rendered, where no escape is left: only a break helps.
      .replaceAll(/@|#(?=\d)|\bGH(?=-\d)|:(?=\/\/)|\bwww(?=\.)/gi, '$&\u200b')
      // What would begin a list or a heading at the beginning of a line.
      .replace(/^(?=[-+=]|#+(?:\s|$)|\d+[.)])/, '\u200b')
      .replaceAll(special, (character) => `&#${character.codePointAt(0)};`)
  );
}

/** Returns a text as a block of code, whatever backticks are in it. */
export function fenced(text: string, language: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Returns a part that is folded; `summary` and `body` are Markdown, and blank lines let the body be it. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { write } from './project.ts';

// Pages that say how to add something, done as they say in a copy of the project.

/** A block of code on a page. */
interface Block {
  language: string;
  /** What stands behind the language: a file. */
  file: string;
  text: string;
}

/** Does in a copy of the project what a page says: writes its files and makes its changes. Returns the page's blocks. */
export async function follow(project: string, page: string): Promise<Block[]> {
  const text = await readFile(join(project, page), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)].map(
    ([, language = '', file = '', text = '']): Block => ({ language, file, text }),
  );
  for (const { language, file, text } of blocks) {
    if (language === 'diff') {
      const now = await readFile(join(project, file), 'utf8');
      await write(project, file, changed(now, text, `${page} changes ${file}`));
    } else if (file !== '') await write(project, file, text);
  }
  return blocks;
}

/**
 * Makes a change by rule, so that it still fits after others have changed the file: an import goes among the imports, by
 * its path; other lines (`+`) go before the line that follows them on the page. A line that is there already stays.
 * @param what says which change it is, for the message
 * @throws Error if the file does not have that line, or more than once
 */
export function changed(text: string, change: string, what: string): string {
  const lines = text.split('\n');
  let added: string[] = [];
  for (const line of change.trimEnd().split('\n')) {
    const content = line.slice(1);
    if (line.startsWith('+import ')) insertImport(lines, content);
    else if (line.startsWith('+')) added.push(content);
    else if (added.length > 0) {
      const found = lines.filter((one) => one === content).length;
      if (found !== 1) {
        throw new Error(`${what}: it adds a line before "${content}", which is there ${found} times. Edit the page.`);
      }
      lines.splice(lines.indexOf(content), 0, ...added.filter((one) => !lines.includes(one)));
      added = [];
    }
  }
  if (added.length > 0) throw new Error(`${what}: no line follows "${added.at(-1)}". Edit the page.`);
  return lines.join('\n');
}

function insertImport(lines: string[], line: string): void {
  if (lines.includes(line)) return;
  const pathOf = (one: string): string | undefined => /^import .* from '(.*)';$/.exec(one)?.[1];
  const later = lines.findIndex((one) => (pathOf(one) ?? '') > (pathOf(line) ?? ''));
  const end = lines.findLastIndex((one) => pathOf(one) !== undefined) + 1;
  lines.splice(later === -1 ? end : later, 0, line);
}

/** Returns a block's command and what the page shows of its output: only lines that say something. */
export function commandIn({ text }: Block): { file: string; args: string[]; shown: string[] } {
  const [command = '', ...lines] = text.split('\n');
  const [file = '', ...args] = command.replace(/^\$ /, '').split(' ');
  return { file, args, shown: lines.filter((line) => line !== '' && line.trim() !== '…') };
}

/**
 * Returns the lines that a page shows and a command did not print. Columns are as wide as their widest cell, so blanks
 * do not count; `…` stands for anything.
 */
export function notPrinted(shown: string[], printed: string): string[] {
  const lines = printed.split('\n').map(narrow);
  return shown.filter((line) => {
    const literal = narrow(line).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const pattern = new RegExp(`^${literal.replaceAll('…', '.*')}$`);
    return !lines.some((one) => pattern.test(one));
  });
}

function narrow(line: string): string {
  return line.replaceAll(/\s+/g, ' ').trim();
}

import { stringify } from 'yaml';
import { withoutSecrets } from './secrets.ts';

/** The most files of one pair, and the most bytes of each: five pairs have less than 2 MB. */
export const [MOST_FILES, MOST_BYTES] = [7, 56_000];

/**
 * Returns data as the text of a file: YAML without secrets. If it is too long, its end is cut, and its last line says so.
 * @param about the first line, a comment
 */
export function fileOf(about: string, data: unknown): string {
  return cut(
    `# ${about.replaceAll(/\s+/g, ' ')}\n${stringify(withoutSecrets(data), { aliasDuplicateObjects: false, lineWidth: 0 })}`,
  );
}

/** Returns a text of at most so many bytes, cut at the end of a line, with a last line that says so. */
export function cut(text: string, most = MOST_BYTES): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  const last = `# cut: it was ${bytes.length} bytes long, of which at most ${most} are kept\n`;
  const kept = bytes.subarray(0, most - Buffer.byteLength(last)).toString();
  return `${kept.slice(0, kept.lastIndexOf('\n') + 1)}${last}`;
}

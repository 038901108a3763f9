import { mapTexts } from '../../platform/texts.ts';

/**
 * Makes a text safe to display. Control characters become symbols, such as ␛ for the escape that terminals interpret;
 * bidirectional controls and noncharacters become �. Tabs and line feeds stay.
 */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .toWellFormed()
    .replaceAll(/(?![\t\n])\p{Cc}/gu, picture)
    .replaceAll(/[\p{Bidi_Control}\p{Noncharacter_Code_Point}]/gu, '\u{fffd}');
}

/** Fields that may have several lines: reasons (which may quote a configuration), commands, and answers of servers. */
const several = new Set(['why', 'repro', 'body']);

/**
 * Returns a copy in which every text is safe to display; many texts come from servers or from untrusted files. All
 * other fields are put on one line, so that they cannot imitate a line of the report.
 */
export function allVisible<T>(found: T): T {
  return mapTexts(mapTexts(found, visible), oneLine, several);
}

/** Returns the text on one line. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Returns the text on one line, shortened to a number of characters. */
export function line(text: string, length: number): string {
  const whole = oneLine(text);
  return whole.length <= length ? whole : `${whole.slice(0, length - 1).toWellFormed()}…`;
}

/** Unicode has symbols for the first 32 control characters and for DEL. */
function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u{2421}' : '\u{fffd}';
}

import { mapTexts } from '../texts.ts';

/**
 * Returns a text without what would act on whoever shows it. Control characters become their pictures, such as ␛ for
 * the escape that a terminal obeys; what turns the direction of writing, or is no character at all, becomes �. Tabs and
 * line feeds stay.
 */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .toWellFormed()
    .replaceAll(/(?![\t\n])\p{Cc}/gu, picture)
    .replaceAll(/[\p{Bidi_Control}\p{Noncharacter_Code_Point}]/gu, '\u{fffd}');
}

/** What may have several lines: a reason, which may quote a configuration, commands, and what a server answered. */
const several = new Set(['why', 'repro', 'body']);

/**
 * Returns a copy with every text in it made visible: much of what was found comes from servers, and some from strangers'
 * files. What is one line by its nature is one, lest it pass for a line of ours.
 */
export function allVisible<T>(found: T): T {
  return mapTexts(mapTexts(found, visible), oneLine, several);
}

/** Returns the text on one line. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Returns the text on one line, of so many characters at most. */
export function line(text: string, length: number): string {
  const whole = oneLine(text);
  return whole.length <= length ? whole : `${whole.slice(0, length - 1).toWellFormed()}…`;
}

/** Unicode has pictures of the first 32 and of DEL. */
function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u{2421}' : '\u{fffd}';
}

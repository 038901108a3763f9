// No npm package parses this header.

/** One hop of an X-Forwarded-Client-Cert header: its pairs in order. A key can occur several times. */
export type XfccElement = { key: string; value: string }[];

/**
 * Parses an X-Forwarded-Client-Cert header by Envoy's grammar: elements are separated by commas and `Key=value` pairs
 * by semicolons. A value with one of `,;="` is in double quotes, with backslash escapes.
 * @throws Error if the text does not follow the grammar
 * Source: envoyproxy.io, HTTP connection manager, "x-forwarded-client-cert".
 */
export function parseXfcc(header: string): XfccElement[] {
  const elements: XfccElement[] = [];
  let element: XfccElement = [];
  let at = 0;
  while (at < header.length) {
    const equals = header.indexOf('=', at);
    if (equals === -1) throw new Error(`X-Forwarded-Client-Cert has no "=" after position ${at}: ${header}`);
    const key = header.slice(at, equals).trim();
    if (!/^[A-Za-z]+$/.test(key)) throw new Error(`X-Forwarded-Client-Cert has no key at position ${at}: ${header}`);
    const { value, end } = valueAt(header, equals + 1);
    element.push({ key, value });
    if (end < header.length && header[end] !== ';' && header[end] !== ',') {
      throw new Error(`X-Forwarded-Client-Cert has "${header[end]}" after a value, at position ${end}: ${header}`);
    }
    if (end >= header.length || header[end] === ',') {
      elements.push(element);
      element = [];
    }
    at = end + 1;
    if (at === header.length) throw new Error(`X-Forwarded-Client-Cert ends in the middle: ${header}`);
  }
  return elements;
}

/** Returns the client's SPIFFE ID in an element; undefined if its certificate has none. */
export function identityOf(element: XfccElement): string | undefined {
  return element.find(({ key, value }) => key.toLowerCase() === 'uri' && value.startsWith('spiffe://'))?.value;
}

/** Returns the SHA-256 hash of the client's certificate in an element, in hexadecimal; undefined if it has none. */
export function certificateOf(element: XfccElement): string | undefined {
  return element.find(({ key }) => key.toLowerCase() === 'hash')?.value.toLowerCase();
}

function valueAt(header: string, start: number): { value: string; end: number } {
  if (header[start] !== '"') {
    const rest = header.slice(start).search(/[;,]/);
    const end = rest === -1 ? header.length : start + rest;
    return { value: header.slice(start, end), end };
  }
  let value = '';
  for (let at = start + 1; at < header.length; at += 1) {
    if (header[at] === '"') return { value, end: at + 1 };
    if (header[at] === '\\') at += 1;
    value += header[at] ?? '';
  }
  throw new Error(`X-Forwarded-Client-Cert has an open quote at position ${start}: ${header}`);
}

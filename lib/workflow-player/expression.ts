/** Values of GitHub's expressions, as far as workflows of this project use them. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** What an expression can see. */
export interface Scope {
  /** Such as `matrix`, `needs` or `inputs`; whatever is not here is not known. */
  contexts: Record<string, Value>;
  functions: Record<string, (...given: Value[]) => Value>;
}

/**
 * Evaluates an expression of GitHub Actions: literals, contexts, `!`, `==`, `!=`, `&&`, `||`, brackets and calls.
 * Throws at everything else, and at contexts and functions that the scope has not.
 */
export function evaluate(text: string, scope: Scope): Value {
  const tokens = tokensOf(text);
  const value = either(tokens, scope);
  if (tokens.length > 0) throw new Error(`"${text}" has more than is understood here: ${tokens.join(' ')}`);
  return value;
}

/** Replaces each `${{ … }}` of a text; one that is the whole text keeps its kind of value. */
export function expand(text: string, scope: Scope): Value {
  const [whole] = /^\$\{\{(?:(?!\}\}).)*\}\}$/s.exec(text.trim()) ?? [];
  if (whole !== undefined) return evaluate(whole.slice(3, -2), scope);
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, inner: string) => textOf(evaluate(inner, scope)));
}

/** Returns what counts as true: all but false, 0, the empty text and null. */
export function isTrue(value: Value): boolean {
  return !(value === false || value === 0 || value === '' || value === null);
}

/** Returns a value as it stands in a text. */
export function textOf(value: Value): string {
  if (typeof value === 'object' && value !== null) throw new Error(`${JSON.stringify(value)} is no text`);
  return value === null ? '' : String(value);
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const token = /\s*('(?:[^']|'')*'|\d+(?:\.\d+)?|[A-Za-z_][\w-]*|==|!=|&&|\|\||[!().,])\s*/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const [, found] = token.exec(text) ?? [];
    if (found === undefined) throw new Error(`"${text}" is not understood from "${text.slice(at)}" on`);
    tokens.push(found);
  }
  return tokens;
}

function took(tokens: string[], wanted: string): boolean {
  if (tokens[0] !== wanted) return false;
  tokens.shift();
  return true;
}

function either(tokens: string[], scope: Scope): Value {
  let value = both(tokens, scope);
  while (took(tokens, '||')) {
    const other = both(tokens, scope);
    value = isTrue(value) ? value : other;
  }
  return value;
}

function both(tokens: string[], scope: Scope): Value {
  let value = same(tokens, scope);
  while (took(tokens, '&&')) {
    const other = same(tokens, scope);
    value = isTrue(value) ? other : value;
  }
  return value;
}

function same(tokens: string[], scope: Scope): Value {
  const value = not(tokens, scope);
  if (took(tokens, '==')) return isSame(value, not(tokens, scope));
  return took(tokens, '!=') ? !isSame(value, not(tokens, scope)) : value;
}

/** GitHub compares text without case, and makes numbers of whatever differs in kind: null, false and '' are 0. */
function isSame(a: Value, b: Value): boolean {
  for (const one of [a, b]) {
    if (typeof one === 'object' && one !== null) throw new Error('lists and objects are not compared here');
  }
  if (typeof a === 'string' && typeof b === 'string') return a.toLowerCase() === b.toLowerCase();
  return typeof a === typeof b ? a === b : Number(a) === Number(b);
}

function not(tokens: string[], scope: Scope): Value {
  return took(tokens, '!') ? !isTrue(not(tokens, scope)) : one(tokens, scope);
}

function one(tokens: string[], scope: Scope): Value {
  const token = tokens.shift() ?? '';
  if (token === '(') {
    const value = either(tokens, scope);
    if (!took(tokens, ')')) throw new Error('a bracket is not closed');
    return value;
  }
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (/^\d/.test(token)) return Number(token);
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  if (!/^[A-Za-z_]/.test(token)) throw new Error(`"${token}" is not understood here`);
  return took(tokens, '(') ? call(token, tokens, scope) : looked(token, tokens, scope);
}

function call(name: string, tokens: string[], scope: Scope): Value {
  const given: Value[] = [];
  while (!took(tokens, ')')) {
    given.push(either(tokens, scope));
    if (!took(tokens, ',') && tokens[0] !== ')') throw new Error(`${name}(…) is not closed`);
  }
  const perform = scope.functions[name];
  if (perform === undefined) throw new Error(`the function ${name} is not known here`);
  return perform(...given);
}

/** What is missing in a context is null, as GitHub has it. */
function looked(name: string, tokens: string[], scope: Scope): Value {
  let value = scope.contexts[name];
  if (value === undefined) throw new Error(`the context ${name} is not known here`);
  while (took(tokens, '.')) {
    const key = tokens.shift() ?? '';
    if (Array.isArray(value)) throw new Error('lists are not looked into here');
    value = typeof value === 'object' && value !== null ? (value[key] ?? null) : null;
  }
  return value;
}

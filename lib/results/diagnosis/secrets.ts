/** Fields that may hold a secret, by name, in Envoy's configuration and in headers that routes add. */
const SECRET_FIELD =
  /private_?key|passwor?d|session_ticket|^inline_bytes$|^(proxy-)?authorization$|^(set-)?cookie$|api[-_]?key|(^|[-_.])token$/i;

/** A key in the PEM format, and a token as Kubernetes and OAuth have them. */
const SECRET_TEXT = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/;

const REMOVED = '[removed]';

/** Returns a copy of data without private keys, passwords and tokens, whatever else it holds. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return SECRET_TEXT.test(value) ? REMOVED : value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const isNamedSecret = namesSecret(value as Record<string, unknown>);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const isSecret = SECRET_FIELD.test(key) || (isNamedSecret && key.includes('value'));
      return [key, isSecret ? REMOVED : withoutSecrets(one)];
    }),
  );
}

/** Returns whether it is a header or variable with such a name: `{ key: authorization, value: … }`. */
function namesSecret({ key, name }: Record<string, unknown>): boolean {
  return [key, name].some((one) => typeof one === 'string' && SECRET_FIELD.test(headerIn(one)));
}

/** Returns the header of an AuthorizationPolicy's condition, such as `request.headers[cookie]`; other names as they are. */
function headerIn(name: string): string {
  return /^request\.headers\[(.*)\]$/.exec(name)?.[1] ?? name;
}

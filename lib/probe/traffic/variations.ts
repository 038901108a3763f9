import { createHash } from 'node:crypto';
import { protocols } from '../protocols/index.ts';
import type { Target } from '../types.ts';
import { type RequestGroup, sectionsOf } from './ask.ts';
import type { Variation, Vary } from './variation.ts';

// What a mesh enforces must not depend on what is asked for. So requests are as different as those of users, and so that
// they can be made again, all differences follow from a seed.

const WORDS = [
  'orders',
  'cart',
  'users',
  'search',
  'static',
  'items',
  'login',
  'health',
  'api/v1',
  'api/v2',
  'admin',
  'img',
];

const USER_AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15',
  'Go-http-client/1.1',
  'okhttp/4.12.0',
  'python-requests/2.32.3',
  'curl/8.16.0',
  'kube-probe/1.34',
];

const HEADERS = [
  'Accept: application/json',
  'Accept-Language: de,en;q=0.8',
  'Cache-Control: no-cache',
  'Cookie: session=5f2b; theme=dark',
  'Origin: https://shop.example',
  'Referer: https://shop.example/',
  'X-Api-Key: 31415926',
  'X-Requested-With: XMLHttpRequest',
];

/**
 * Most requests of users send nothing or little. A server may show what it got, so all of it comes back. What does not fit
 * into its first read, a server may leave unread and reset the connection, as Istio's echo server does.
 */
const SIZES = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 40, 300, 2_000];

/** A token is so many hexadecimal digits; those of requests that share a header have their place behind them. */
const TOKEN_DIGITS = 12;
const PLACE_DIGITS = 3;

const tokenLike = new RegExp(`[0-9a-f]{${TOKEN_DIGITS},}`, 'g');

/**
 * Returns what may be tokens of requests in a text: no such digit stands before a token. A single pass, as the log of a
 * busy server is searched for thousands of tokens.
 */
export function tokensIn(text: string): Set<string> {
  const tokens = new Set<string>();
  for (const [digits] of text.matchAll(tokenLike)) {
    tokens.add(digits.slice(0, TOKEN_DIGITS));
    tokens.add(digits.slice(0, TOKEN_DIGITS + PLACE_DIGITS));
  }
  return tokens;
}

/**
 * Returns a function that returns a client's variations, in an order that follows from the seed.
 * @param hasSidecar whether the client has a sidecar, which decides about its headers, and shares its ports
 */
export function variationsOf(seed: number, client: string, hasSidecar: boolean): Vary {
  let nth = 0;
  return () => {
    nth += 1;
    return variationFrom(createHash('sha256').update(`${seed} ${client} ${nth}`).digest(), hasSidecar);
  };
}

function variationFrom(digest: Buffer, hasSidecar: boolean): Variation {
  const byte = (at: number): number => digest[at] as number;
  const among = <T>(all: readonly T[], at: number): T => all[byte(at) % all.length] as T;
  const token = digest.toString('hex', 0, TOKEN_DIGITS / 2);
  const words = [among(WORDS, 6), among(WORDS, 7)].slice(0, 1 + (byte(8) % 2)).join('/');
  const query = byte(9) % 4 === 0 ? `?page=${byte(10)}&t=${token}` : '';
  const place = query === '' ? `${words}/${token}` : `${words}${query}`;
  const bytes = among(SIZES, 11);
  const method =
    bytes > 0 ? among(['POST', 'PUT', 'PATCH'] as const, 13) : among(['GET', 'GET', 'GET', 'DELETE'] as const, 13);
  return {
    method,
    bytes,
    token,
    path: `/anything/${place}`,
    anyPath: `/${place}`,
    userAgent: among(USER_AGENTS, 14),
    headers: [
      // gRPC's path is always the same, so this is where its server logs the token.
      `Traceparent: 00-${digest.toString('hex', 0, 16)}-${digest.toString('hex', 16, 24)}-01`,
      ...HEADERS.filter((_, at) => ((byte(15) >> at) & 1) === 1),
    ],
    fromLinuxPort: !hasSidecar && byte(16) % 2 === 0,
    forges: !hasSidecar && byte(17) % 2 === 0,
  };
}

/**
 * Returns the requests with a variation for each of curl's sections. Each has a token of its own, since two targets may
 * be ports of the same pod.
 * @param isUnanswered whether no answer of a target is expected to show its request
 */
export function varied<T extends Target>(
  requests: RequestGroup<T>[],
  vary: Vary,
  isUnanswered: (target: T) => boolean,
): RequestGroup<T>[] {
  return requests.map(({ targets, ...how }) => ({
    ...how,
    targets: sectionsOf(targets).flatMap((section) => {
      const shared = vary();
      return section.map((target, at) => {
        // A token in a header is all of a section's.
        if (!protocols[target.protocol].varies) return { ...target, variation: vary() };
        const variation = { ...shared, token: `${shared.token}${String(at).padStart(PLACE_DIGITS, '0')}` };
        const path = (isUnanswered(target) ? shared.anyPath : shared.path).replace(shared.token, variation.token);
        return { ...target, variation, url: new URL(path, target.url).href };
      });
    }),
  }));
}

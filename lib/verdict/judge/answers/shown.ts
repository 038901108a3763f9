import type { Shown } from '../../record/asked.ts';

/** curl's failures before any HTTP server read a request: name not resolved, no connection, or a connection reset early. */
const NO_HTTP = new Set([6, 7, 35, 55, 56]);

/** Returns whether an HTTP server may have read the request. */
export function isHttp({ status, curlExit }: Pick<Shown, 'status' | 'curlExit'>): boolean {
  return status !== 0 || !NO_HTTP.has(curlExit);
}

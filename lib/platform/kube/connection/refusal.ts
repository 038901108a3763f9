import { STATUS_CODES } from 'node:http';
import { ApiException } from '@kubernetes/client-node';
import { InconclusiveError, messageOf, UsageError } from '../../errors.ts';

/** Returns the HTTP status of the API server's answer, or undefined if the error is not an answer of the API server. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** Somebody else has changed the object since it was read. */
export class ConflictError extends InconclusiveError {}

/**
 * Returns the error to throw for a failed call of the API server: a UsageError if the server rejected it, a
 * ConflictError if somebody else was faster, an InconclusiveError if the server failed or could not be reached.
 * @param doing what the server did, for the message, such as `refuses Namespace full`
 */
export function refusalOf(label: string, doing: string, error: unknown): Error {
  const code = codeOf(error);
  if (code === 409) return new ConflictError(`${label} ${doing}: ${sentenceOf(error)}.`);
  return new (isRefusal(code) ? UsageError : InconclusiveError)(`${label} ${doing}: ${sentenceOf(error)}.`);
}

/** Returns whether an HTTP status means that the API server rejected a call, not that it failed or is busy. */
export function isRefusal(code: number | undefined): boolean {
  return code !== undefined && code >= 400 && code < 500 && code !== 429;
}

/** Returns the API server's message in one sentence; for a failed connection, the reason. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiException)) {
    // The message of a failed fetch is only "fetch failed"; the reason is in its cause.
    if (error instanceof Error && error.cause !== undefined) return sentenceOf(error.cause);
    return messageOf(error) || String((error as { code?: string }).code);
  }
  const body: unknown = typeof error.body === 'string' ? parsed(error.body) : error.body;
  if (typeof body === 'object' && body !== null && 'message' in body) return `${error.code}: ${String(body.message)}`;
  return `${error.code}: ${STATUS_CODES[error.code] ?? 'no reason given'}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

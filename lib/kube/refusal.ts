import { STATUS_CODES } from 'node:http';
import { ApiException } from '@kubernetes/client-node';
import { InconclusiveError, messageOf, UsageError } from '../errors.ts';

/** Returns the HTTP status with which the API server refused, or undefined where it was not the API server's answer. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** Somebody else has changed an object since it was read. */
export class ConflictError extends InconclusiveError {}

/**
 * Returns what is to be thrown where the API server has not done something: a UsageError where it refuses,
 * a ConflictError where somebody else was faster, an InconclusiveError where it is out of order or out of reach.
 * @param doing such as `refuses Namespace full`
 */
export function refusalOf(label: string, doing: string, error: unknown): Error {
  const code = codeOf(error);
  if (code === 409) return new ConflictError(`${label} ${doing}: ${sentenceOf(error)}.`);
  return new (isRefusal(code) ? UsageError : InconclusiveError)(`${label} ${doing}: ${sentenceOf(error)}.`);
}

/** Whether an HTTP status says that the API server refuses, and not that it is out of order or busy. */
export function isRefusal(code: number | undefined): boolean {
  return code !== undefined && code >= 400 && code < 500 && code !== 429;
}

/** Returns what the API server said, in its own one sentence; for a connection that failed, why. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiException)) {
    // A failed fetch says only "fetch failed"; why stands in its cause.
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

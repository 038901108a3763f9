import { ApiException } from '@kubernetes/client-node';
import { messageOf } from '../errors.ts';

/** Returns the HTTP status with which the API server refused, or undefined where it was not the API server's answer. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** Returns what the API server said, in its own one sentence. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiException)) return messageOf(error);
  const body: unknown = typeof error.body === 'string' ? parsed(error.body) : error.body;
  if (typeof body === 'object' && body !== null && 'message' in body) return `${error.code}: ${String(body.message)}`;
  return `HTTP ${error.code}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

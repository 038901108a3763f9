/**
 * The command line, the configuration or the cluster is not fit for a run: exit code 2.
 * The message is one sentence that says what was expected, what was seen and what to do.
 */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The harness could not see what it wanted to judge: exit code 3. */
export class InconclusiveError extends Error {
  override name = 'InconclusiveError';
}

/** What was waited for did not come within its time. */
export class TimeoutError extends InconclusiveError {
  override name = 'TimeoutError';
}

/** Somebody ended the run before its time: exit code 130. */
export class InterruptedError extends Error {
  override name = 'InterruptedError';
}

/** Returns where some data first is not as a schema of zod wants it, and why, such as `jobs.0.istio: Invalid input`. */
export function formatSchemaError({
  issues,
}: {
  issues: readonly { path: readonly PropertyKey[]; message: string }[];
}): string {
  const [first] = issues;
  return `${first?.path.join('.') || 'at its beginning'}: ${first?.message}`;
}

/** Returns the message of anything thrown; client-node and its sockets throw events and bare objects, too. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

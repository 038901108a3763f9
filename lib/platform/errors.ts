/**
 * The command line, the configuration or the cluster is unsuitable for a run: exit code 2.
 * The message is one sentence: what was expected, what was found and what to do.
 */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The harness could not observe what it needed to judge: exit code 3. */
export class InconclusiveError extends Error {
  override name = 'InconclusiveError';
}

/** What was waited for did not come within its time. */
export class TimeoutError extends InconclusiveError {
  override name = 'TimeoutError';
}

/** Somebody interrupted the run: exit code 130. */
export class InterruptedError extends Error {
  override name = 'InterruptedError';
}

/**
 * Returns the data that a file's text holds.
 * @param name the file's name, for the message
 * @param advice what to do if it is not JSON, such as `name a results.json`
 * @throws UsageError if it is not JSON
 */
export function parseJson(text: string, name: string, advice: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${name} is not JSON: ${advice}.`);
  }
}

/** Returns the first place where data does not match a zod schema, and why, such as `jobs.0.istio: Invalid input`. */
export function formatSchemaError({
  issues,
}: {
  issues: readonly { path: readonly PropertyKey[]; message: string }[];
}): string {
  const [first] = issues;
  return `${first?.path.join('.') || 'at the top level'}: ${first?.message}`;
}

/** Returns the message of anything thrown; client-node and its sockets also throw events and plain objects. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

/** What a workflow command makes: an annotation of a job, of a severity. */
export type Annotating = 'error' | 'warning' | 'notice';

/** Returns GitHub's workflow command for an annotation, with properties such as `title`, `file` and `line`. */
export function workflowCommand(
  name: Annotating,
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  const text = given.map(([key, value]) => `${key}=${property(String(value))}`).join(',');
  return `::${name}${text === '' ? '' : ` ${text}`}::${escaped(message)}`;
}

/** Escapes a message like GitHub's toolkit (@actions/core), which does not export this function. */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Escapes a property like GitHub's toolkit. */
function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

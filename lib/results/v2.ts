/** The name of the format before reasons were data. */
const V2 = 'automtls.dev/results/v2';
export const V3 = 'automtls.dev/results/v3';

type JsonObject = Record<string, unknown>;

/**
 * Returns the content of a results file as it would be today: one of v2 has sentences alone, which become
 * reasons without facts. Anything else stays as it is, also what is no results file.
 */
export function upgraded(content: unknown): unknown {
  if (!isFields(content) || content['schema'] !== V2 || !Array.isArray(content['suites'])) return content;
  const suites = content['suites'].map((suite) => mapped(suite, 'steps', (step) => withReasons(step)));
  const summary = isFields(content['summary']) ? content['summary'] : {};
  const inconclusive = Number(summary['inconclusive']);
  const inconclusiveBy = inconclusive > 0 ? { told: inconclusive } : {};
  return { ...content, schema: V3, summary: { ...summary, inconclusiveBy }, suites };
}

function withReasons(step: unknown): unknown {
  if (!isFields(step)) return step;
  return step['kind'] === 'ask' ? mapped(step, 'cells', reasoned) : reasoned(step);
}

function reasoned(one: unknown): unknown {
  if (!isFields(one)) return one;
  const { verdict, why: said } = one as { verdict?: unknown; why?: unknown };
  const code = verdict === 'inconclusive' ? 'told' : verdict === 'fail' ? 'told-failure' : undefined;
  return { ...one, reasons: code === undefined ? [] : [{ code, said }] };
}

function mapped(value: unknown, key: string, change: (one: unknown) => unknown): unknown {
  if (!isFields(value) || !Array.isArray(value[key])) return value;
  return { ...value, [key]: value[key].map(change) };
}

function isFields(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { Answer, Answerer } from '../../verdict/index.ts';

/** What Envoy writes when it answers in the place of a server. envoyproxy/envoy source/common/http, extensions/filters. */
const ENVOYS_OWN =
  /^(upstream connect error or disconnect|no healthy upstream|upstream request timeout|fault filter abort|local_rate_limited|Jwt )/;
/** What sidecars call themselves in the header `server`: for requests that go out, and for those that come in. */
const NAMES = new Set(['envoy', 'istio-envoy']);
/** The filter that enforces AuthorizationPolicies. Sidecars have it for requests that come in. */
const DENIED = /^RBAC: access denied/;

/**
 * Returns who gave an answer, by its own signs. A sidecar marks each answer that it only passes on with the time its
 * upstream took; an answer of its own has its name and no such time, and often a body that Envoy alone writes.
 * @param hasSidecar whether the client has a sidecar
 * @returns undefined if the answer does not show it
 */
export function answererOf(
  { status, body, headers }: Pick<Answer, 'status' | 'body' | 'headers'>,
  hasSidecar: boolean,
): Answerer | undefined {
  if (status === 0) return 'nobody';
  if (DENIED.test(body)) return 'server-sidecar';
  const isEnvoys = ENVOYS_OWN.test(body);
  if (headers === undefined) return isEnvoys ? (hasSidecar ? 'sidecar' : 'server-sidecar') : undefined;
  const isPassedOn = headers['x-envoy-upstream-service-time'] !== undefined;
  const isNamed = NAMES.has(headers['server'] ?? '');
  if (!hasSidecar) {
    return isEnvoys || (isNamed && !isPassedOn) ? 'server-sidecar' : 'application';
  }
  if (isPassedOn) return isEnvoys ? 'server-sidecar' : body === '' ? 'server-side' : 'application';
  return isNamed ? 'client-sidecar' : isEnvoys ? 'sidecar' : 'application';
}

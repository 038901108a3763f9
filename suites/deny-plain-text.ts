import type { AskStep, Suite } from '../lib/scenario/index.ts';
import { denyPlainText as deny, rule } from './objects.ts';

// Istio's own TestAuthz_DenyPlaintext (istio/istio tests/integration/security/authz_test.go).

const asks = (from: string): NonNullable<AskStep['traffic']> => [
  { from, to: 'meshed/echo', port: 80, protocol: 'http' },
  { from, to: 'meshed/echo', port: 70, protocol: 'grpc' },
  { from, to: 'meshed/echo', port: 90, protocol: 'tcp' },
  { from, to: 'meshed/echo', port: 443, protocol: 'https' },
];
const policy = deny('meshed/deny', { app: 'echo' });
const plain = rule('meshed/plain', 'echo', 'DISABLE');
// Some releases before (1.10, and 1.17 to 1.19) take the client's identity from istio_authn, a filter of Istio's own build of
// Envoy. Native clusters do not have it, so that there the policy denies mutual TLS as well.
const since = '1.20';

export const denyPlainText: Suite = {
  name: 'deny-plain-text',
  title: 'DENY of plain text',
  about: 'An AuthorizationPolicy refuses plain text where PERMISSIVE would take it, and lets mutual TLS through.',
  onlyIfNamed: true,
  topology: 'protocols',
  steps: [
    // Who speaks plain text is asked by itself: what a sidecar refuses of TCP blurs its counters.
    { kind: 'ask', title: 'a client without a sidecar', since, objects: [policy], traffic: asks('bare/sleep') },
    { kind: 'ask', title: 'a client with a sidecar', since, objects: [policy], traffic: asks('meshed/sleep') },
    { kind: 'ask', title: 'a rule DISABLE', since, objects: [policy, plain], traffic: asks('meshed/sleep') },
    { kind: 'ask', title: 'all removed', objects: [] },
  ],
};

import { authorization, clusterTls, inboundTls, pushContext, type Rule, retry, task } from './rule.ts';

/** Rules about the result of what a client sends and a server accepts. */
export const resultRules = {
  'result.mutual-tls': { says: "200, and the server sees the client's SPIFFE ID", source: task },
  'result.plain-text': { says: '200, and it sees no client certificate', source: task },
  'result.plain-text-reset': {
    says: 'plain text to STRICT: the connection is reset, curl exit 56',
    source: inboundTls,
  },
  'result.plain-text-ended': { says: 'or it ends in good order, curl exit 52', source: inboundTls, until: '1.10' },
  'result.plain-text-refused': { says: 'plain text of a sidecar to STRICT: its client sees 503', source: inboundTls },
  'result.plain-text-denied': {
    says: 'plain text that an AuthorizationPolicy denies, or that none allows: 403, gRPC status 7, or the connection ends',
    source: authorization,
    since: '1.5',
  },
  'result.identity-denied': {
    says: 'mutual TLS that an AuthorizationPolicy denies, or that none allows, such as by the identity of the client: 403, gRPC status 7, or the connection ends',
    source: authorization,
    since: '1.5',
  },
  'result.account-denied': {
    says: 'so by `serviceAccounts` of the policy',
    source: authorization,
    since: '1.25',
  },
  'result.mutual-tls-refused': { says: 'mutual TLS to a server that accepts only plain text: 503', source: task },
  'result.other-tls-refused': { says: "TLS that is not Istio's to a sidecar: 503", source: inboundTls },
  'result.other-identity': { says: "the rule's `subjectAltNames` do not name the server: 503", source: clusterTls },
  'result.other-account': {
    says: 'so where endpoints are written into a ServiceEntry or WorkloadEntry, and the accounts beside them do not name the server: 503',
    source: pushContext,
  },
  'result.retried-elsewhere': {
    says: 'where an endpoint refuses the connection, another is tried: 200, and rarely 503, as a retry may draw the same again',
    source: retry,
  },
  'result.passed-on': {
    says: 'TCP and HTTPS are bytes to sidecars: none answers 503 or tries another endpoint, the connection ends',
    source: 'istio/istio pilot/pkg/networking/core/networkfilter.go',
  },
  'result.nothing-listens': {
    says: 'nobody listens on the port',
    source: 'istio/istio pilot/pkg/networking/core/listener_inbound.go',
  },
  'result.no-endpoints': {
    says: 'the Service has no endpoint',
    source: 'kubernetes.io Virtual IPs and Service Proxies',
  },
} as const satisfies Record<string, Rule>;

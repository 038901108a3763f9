import { inboundTls, type Rule, task } from './rule.ts';

const naming = 'istio.io Security, Secure naming';

/** Rules about strangers: clients of no mesh, and servers that pretend to be of it. */
export const strangerRules = {
  'stranger.plain-text-answered': { says: 'plain text to a server that takes it: answered', source: task },
  'stranger.plain-text-reset': { says: 'plain text to STRICT: refused, wherever it comes from', source: inboundTls },
  'stranger.no-certificate': {
    says: 'TLS without a certificate, where mutual TLS is taken: refused',
    source: inboundTls,
  },
  'stranger.untrusted': {
    says: "a certificate that the mesh's authority has not issued, whatever it names: refused",
    source: inboundTls,
  },
  'stranger.other-trust-domain': {
    says: "one that the mesh's authority has issued for another trust domain: refused",
    source: 'istio/istio pilot/pkg/security/model/authentication.go',
    since: '1.6',
  },
  'stranger.alias-trust-domain': {
    says: 'for one of `trustDomainAliases` of the mesh configuration: let in',
    source: 'istio/istio pilot/pkg/networking/plugin/authn/util.go',
    since: '1.6',
  },
  'stranger.member': {
    says: "one that it has issued for the mesh's own trust domain: let in, whoever shows it",
    source: inboundTls,
  },
  'stranger.no-mutual-tls': {
    says: 'mutual TLS of a stranger to a server that takes plain text alone: refused, whatever its certificate',
    source: inboundTls,
  },
  'impostor.untrusted': {
    says: "a server whose certificate the mesh's authority has not issued: the client's sidecar refuses it",
    source: 'istio/istio pilot/pkg/networking/core/cluster_tls.go',
  },
  'impostor.other-identity': {
    says: "one whose certificate names another account than those of the Service's endpoints: refused",
    source: naming,
  },
  'impostor.named': { says: 'one whose certificate names such an account: accepted, whoever shows it', source: naming },
  'impostor.accounts': {
    says: "a client's sidecar accepts the accounts of the Service's endpoints and no other names",
    source: naming,
  },
  'impostor.alias-trust-domain': {
    says: 'and the same accounts of `trustDomainAliases`',
    source: 'istio/istio pilot/pkg/model/push_context.go',
    since: '1.8',
  },
} as const satisfies Record<string, Rule>;

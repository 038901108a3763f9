import { pairsOf } from '../context.ts';
import type { Check, CheckGroup, LintContext, Problem } from '../finding.ts';
import type { Cause } from '../refusals.ts';

/** Returns a check for requests of clients with a sidecar that are refused for one cause. */
function refused(
  code: Cause,
  words: Pick<Check, 'meaning' | 'remedy'> & Partial<Pick<Check, 'severity' | 'needs'>>,
): Check {
  return { code, severity: 'error', ...words, find: (context) => causedBy(context, code) };
}

/** Returns the refusals of one cause, those of one object together. */
function causedBy({ refusals }: LintContext, code: Cause): Problem[] {
  const bySubject = Map.groupBy(
    refusals.filter(({ cause }) => cause === code),
    ({ subject }) => subject,
  );
  return [...bySubject].map(([name, all]) => ({
    subject: { name },
    reason: all[0]?.reason ?? '',
    pairs: pairsOf(all),
  }));
}

export const refusedRequests: CheckGroup = {
  title: 'Requests between sidecars that are refused',
  checks: [
    refused('disable-against-strict', {
      meaning: 'A DestinationRule sends plain text to a workload that takes mutual TLS alone.',
      remedy: 'Leave `tls` out of the rule, so that auto mTLS chooses, or set ISTIO_MUTUAL.',
    }),
    refused('istio-mutual-without-sidecar', {
      meaning: 'Mutual TLS is sent to pods that have no sidecar to take it.',
      remedy: 'Leave `tls` out of the rule, so that auto mTLS chooses for each endpoint, or give the pods a sidecar.',
    }),
    refused('mutual-tls-against-disable', {
      meaning: 'Mutual TLS is sent to a workload whose policy takes plain text alone.',
      remedy: 'Set PERMISSIVE in place of DISABLE, or leave `tls` out of the DestinationRule if there is one.',
    }),
    refused('simple-tls-to-sidecar', {
      meaning: "A DestinationRule sends TLS that is not the mesh's, SIMPLE or MUTUAL, to a port that does not take it.",
      remedy: 'Leave `tls` out of the rule, so that auto mTLS chooses, or set ISTIO_MUTUAL.',
    }),
    refused('subject-alt-names-mismatch', {
      meaning: 'The `subjectAltNames` of a DestinationRule do not name the account of the pods that serve.',
      remedy: "Name the identity of the pods' ServiceAccount, or leave `subjectAltNames` out.",
    }),
    refused('strict-under-disable', {
      meaning:
        'A workload is STRICT, but the policy of its namespace or of the mesh is DISABLE, and that alone decides what clients send.',
      remedy: 'Set PERMISSIVE in the wide policy in place of DISABLE.',
    }),
    refused('auto-mtls-off-under-strict', {
      meaning: 'A workload is STRICT, but auto mTLS is off, and no DestinationRule says that mutual TLS is to be sent.',
      remedy: 'Switch enableAutoMtls on, or write a DestinationRule with ISTIO_MUTUAL.',
    }),
    refused('pass-through-plain-text', {
      meaning:
        'A Service is headless or passed through, and some of its pods take no mutual TLS, so that plain text is sent to those that are STRICT, too.',
      remedy: 'Give all of its pods a sidecar, or split the Service in two.',
    }),
    refused('external-name-plain-text', {
      meaning: 'Before 1.21 an ExternalName is outside of the mesh, and plain text is sent to what it leads to.',
      remedy: 'Send requests to the Service itself, or write a DestinationRule with ISTIO_MUTUAL for the name.',
    }),
    refused('sidecar-not-announced', {
      meaning:
        'Pods have a sidecar and take mutual TLS alone, but lack the label `security.istio.io/tlsMode: istio`, so that plain text is sent to them.',
      remedy: 'Leave the label to injection: do not set it, and create the pods again.',
    }),
    refused('headless-target-port', {
      meaning:
        "A headless Service has another port than its `targetPort`; requests go to the pods at the Service's port, on which nobody listens.",
      remedy: 'Give the Service the port on which the pods listen.',
    }),
    refused('sidecar-own-port', {
      meaning:
        "A Service leads to a port of the sidecar itself, 15020, 15021 or 15090, such as that of its metrics: it takes plain text alone, and clients' sidecars send mutual TLS.",
      remedy: 'Write a DestinationRule with DISABLE for the port, or let clients without a sidecar ask it.',
    }),
    refused('routed-subset-undefined', {
      needs: ['DestinationRule', 'VirtualService'],
      meaning: 'A VirtualService routes to a subset that the DestinationRule which its clients follow does not define.',
      remedy:
        "Define the subset in that rule; a rule in the client's namespace or with a workloadSelector hides others.",
    }),
    refused('routed-subset-empty', {
      needs: ['DestinationRule', 'VirtualService'],
      meaning: 'A VirtualService routes to a subset whose labels no pod of the Service has.',
      remedy: 'Correct the labels of the subset, or route elsewhere.',
    }),
    refused('sidecar-hides-service', {
      severity: 'note',
      meaning:
        'The egress hosts of a Sidecar leave out a Service that takes mutual TLS alone: what its clients send there is plain text, and is refused.',
      remedy: 'Name the Service in the egress hosts if these clients are to reach it.',
    }),
    refused('service-not-exported', {
      severity: 'note',
      meaning:
        'A Service that takes mutual TLS alone is not exported to clients: what they send there is plain text, and is refused.',
      remedy: 'Export the Service to their namespaces if they are to reach it.',
    }),
  ],
};

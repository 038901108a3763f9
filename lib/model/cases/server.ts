import { peerAuthentication, service, workload } from '../fixtures.ts';
import { app, type Case, meshWide, mutual, none, own, wide, withObjects } from './case.ts';

/** What the server's policies do: istio.io PeerAuthentication, level by level. */
export const serverCases: Case[] = [
  { says: 'nothing applied', comesTo: 'm', by: [none, ...mutual] },
  {
    says: 'STRICT and PERMISSIVE change nothing on the client side',
    policies: [wide('STRICT')],
    comesTo: 'm',
    by: ['peer-authentication.namespace', ...mutual],
  },
  {
    says: 'the mesh STRICT',
    policies: [meshWide('STRICT')],
    comesTo: 'm',
    by: ['peer-authentication.mesh', ...mutual],
  },
  {
    says: 'a workload policy that inherits',
    policies: [meshWide('STRICT'), own('UNSET')],
    comesTo: 'm',
    by: ['peer-authentication.unset', 'peer-authentication.mesh', ...mutual],
  },
  {
    says: 'a selector in the root namespace selects nothing',
    policies: [peerAuthentication('istio-system/own', 'STRICT', { selector: app })],
    from: 'legacy/sleep',
    comesTo: 'p',
    by: ['peer-authentication.root-selector', none, 'client.no-sidecar', 'result.plain-text'],
  },
  {
    says: 'the oldest wins',
    policies: [own('STRICT'), peerAuthentication('full/zzz', 'DISABLE', { selector: app })],
    comesTo: 'm',
    by: ['peer-authentication.oldest-wins', 'peer-authentication.workload', ...mutual],
  },
  {
    says: 'a port of the workload',
    policies: [peerAuthentication('full/own', 'STRICT', { selector: app, ports: { '80': 'PERMISSIVE' } })],
    from: 'legacy/sleep',
    comesTo: 'p',
    by: ['peer-authentication.port', 'client.no-sidecar', 'result.plain-text'],
  },
  {
    says: 'STRICT resets plain text',
    policies: [own('STRICT')],
    from: 'legacy/sleep',
    comesTo: '56',
    by: ['peer-authentication.workload', 'client.no-sidecar', 'result.plain-text-reset'],
  },
  {
    says: 'no policy acts where there is no sidecar',
    policies: [peerAuthentication('legacy/default', 'STRICT')],
    from: 'legacy/sleep',
    to: 'legacy/httpbin',
    comesTo: 'p',
    by: ['sidecar.none', 'client.no-sidecar', 'result.plain-text'],
  },
  {
    says: 'hostNetwork pods have no sidecar',
    changes: withObjects(workload('full/host', { hostNetwork: true }), service('full/host')),
    policies: [wide('STRICT')],
    to: 'full/host',
    comesTo: 'p',
    by: ['sidecar.host-network', 'auto-mtls.endpoint-without-sidecar', 'result.plain-text'],
  },
  {
    says: 'a workload DISABLE',
    policies: [own('DISABLE')],
    comesTo: 'p',
    by: ['peer-authentication.workload', 'auto-mtls.endpoint-disabled', 'result.plain-text'],
  },
  {
    says: 'the namespace DISABLE, the workload STRICT',
    policies: [wide('DISABLE'), own('STRICT')],
    comesTo: '503',
    by: [
      'peer-authentication.workload',
      'peer-authentication.namespace',
      'auto-mtls.disabled-scope',
      'result.plain-text-refused',
    ],
  },
  {
    says: 'auto mTLS off, STRICT',
    policies: [wide('STRICT')],
    mesh: { autoMtls: false },
    comesTo: '503',
    by: ['peer-authentication.namespace', 'auto-mtls.off', 'result.plain-text-refused'],
  },
];

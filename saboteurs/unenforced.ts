import type { Saboteur } from '../lib/prove/saboteur.ts';
import { everyPair, fullToFull, legacyToFull } from './cells.ts';
import { added, admission, applied, peerAuthentication } from './objects.ts';
import { strict } from './steps.ts';

const policies = { group: 'security.istio.io', resource: 'peerauthentications' };
const selector = { matchLabels: { app: 'httpbin' } };
/** A policy that is not stored: it shows whether an admission policy acts. */
const probe = peerAuthentication('default/probe', { selector, mtls: { mode: 'STRICT' } });
const modeIsStrict = 'object.?spec.?mtls.?mode.orValue("") == "STRICT"';
const modeOf = (stored: object): unknown => (stored as { spec?: { mtls?: { mode?: string } } }).spec?.mtls?.mode;
const portsOf = (stored: object): unknown => (stored as { spec?: { portLevelMtls?: object } }).spec?.portLevelMtls;

/** STRICT is accepted, but does not stay as it was applied, or is not enforced. */
export const unenforced: Saboteur[] = [
  {
    name: 'strict-reverted',
    title: 'somebody changes STRICT to PERMISSIVE as soon as it is stored',
    ...strict,
    when: 'during',
    break: ({ changePolicy }) => changePolicy({ mtls: { mode: 'PERMISSIVE' } }),
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        why: /PeerAuthentication full\/httpbin was changed by somebody else during the step: spec\.mtls\.mode is "PERMISSIVE", not "STRICT"/,
      },
    ],
  },
  {
    name: 'strict-deleted',
    title: 'somebody deletes the policy STRICT as soon as it is stored',
    ...strict,
    when: 'during',
    break: ({ deletePolicy }) => deletePolicy(),
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        why: /PeerAuthentication full\/httpbin was deleted by somebody else during the step/,
      },
    ],
  },
  {
    name: 'port-left-permissive',
    title: 'somebody leaves the workload port 8080 PERMISSIVE as soon as STRICT is stored',
    ...strict,
    when: 'during',
    break: ({ changePolicy }) => changePolicy({ portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } }),
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        why: /PeerAuthentication full\/httpbin was changed by somebody else during the step/,
      },
    ],
  },
  {
    name: 'strict-altered',
    title: 'an admission policy turns STRICT into PERMISSIVE',
    ...strict,
    when: 'between',
    break: async ({ make, awaitAdmission }) => {
      const change = applied('spec: Object.spec{mtls: Object.spec.mtls{mode: "PERMISSIVE"}}');
      await make(...admission('automtls-prove-altered', policies, modeIsStrict, change));
      await awaitAdmission(probe, (stored) => modeOf(stored) === 'PERMISSIVE');
    },
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        why: /something changed PeerAuthentication full\/httpbin on its way into the API server: spec\.mtls\.mode is "PERMISSIVE", not "STRICT"/,
      },
    ],
  },
  {
    name: 'port-altered',
    title: 'an admission policy adds port 8080 PERMISSIVE to STRICT',
    ...strict,
    when: 'between',
    break: async ({ make, awaitAdmission }) => {
      const change = added('/spec/portLevelMtls', '{"8080": {"mode": "PERMISSIVE"}}');
      await make(...admission('automtls-prove-port', policies, modeIsStrict, change));
      await awaitAdmission(probe, (stored) => portsOf(stored) !== undefined);
    },
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        why: /something changed PeerAuthentication full\/httpbin on its way into the API server: spec\.portLevelMtls\.8080\.mode is "PERMISSIVE", which was not applied/,
      },
    ],
  },
  {
    name: 'past-the-sidecar',
    title: 'traffic to httpbin.full is led past its sidecar, so nothing enforces STRICT',
    ...strict,
    when: 'between',
    break: ({ redeploy }) => {
      const annotations = { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' };
      return redeploy('full/httpbin', { metadata: { annotations } });
    },
    turns: [
      { of: [fullToFull], to: 'fail', why: /expected 200 over mutual TLS.*; \d+ of \d+ answers .* were 503/ },
      {
        of: [legacyToFull],
        to: 'fail',
        why: /expected 000 with curl exit 56; the last answer within \d+ s was 200 in plain text/,
      },
    ],
  },
];

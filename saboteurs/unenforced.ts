import type { Saboteur } from '../lib/tools/prove/index.ts';
import { altered, wrong } from './because.ts';
import { everyPair, fullToFull, legacyToFull } from './cells.ts';
import { added, admission, applied, destinationRule, peerAuthentication } from './objects.ts';
import { strict } from './steps.ts';

const policies = { group: 'security.istio.io', resource: 'peerauthentications' };
const rules = { group: 'networking.istio.io', resource: 'destinationrules' };
const selector = { matchLabels: { app: 'httpbin' } };
/** Returns a policy that is not stored: it shows whether an admission policy acts. */
const trial = (mode: string) => peerAuthentication('default/trial', { selector, mtls: { mode } });
const modeIs = (mode: string): string => `object.?spec.?mtls.?mode.orValue("") == "${mode}"`;
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
        because: {
          code: 'object-changed',
          object: 'PeerAuthentication full/httpbin',
          changes: [{ field: 'spec.mtls.mode', is: 'PERMISSIVE', applied: 'STRICT' }],
        },
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
        because: { code: 'object-deleted', object: 'PeerAuthentication full/httpbin' },
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
        because: { code: 'object-changed', object: 'PeerAuthentication full/httpbin' },
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
      await make(...admission('automtls-prove-altered', policies, modeIs('STRICT'), change));
      await awaitAdmission(trial('STRICT'), (stored) => modeOf(stored) === 'PERMISSIVE');
    },
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        because: altered('PeerAuthentication full/httpbin', {
          field: 'spec.mtls.mode',
          is: 'PERMISSIVE',
          applied: 'STRICT',
        }),
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
      await make(...admission('automtls-prove-port', policies, modeIs('STRICT'), change));
      await awaitAdmission(trial('STRICT'), (stored) => portsOf(stored) !== undefined);
    },
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        because: altered('PeerAuthentication full/httpbin', {
          field: 'spec.portLevelMtls.8080.mode',
          is: 'PERMISSIVE',
        }),
      },
    ],
  },
  {
    name: 'permissive-altered',
    title: 'an admission policy turns PERMISSIVE into DISABLE, with which the answers fit',
    suite: 'destination-rule',
    step: 'PERMISSIVE and a rule DISABLE',
    when: 'between',
    break: async ({ make, awaitAdmission }) => {
      const change = applied('spec: Object.spec{mtls: Object.spec.mtls{mode: "DISABLE"}}');
      await make(...admission('automtls-prove-permissive', policies, modeIs('PERMISSIVE'), change));
      await awaitAdmission(trial('PERMISSIVE'), (stored) => modeOf(stored) === 'DISABLE');
    },
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        because: altered('PeerAuthentication full/httpbin', {
          field: 'spec.mtls.mode',
          is: 'DISABLE',
          applied: 'PERMISSIVE',
        }),
      },
    ],
  },
  {
    name: 'rule-altered',
    title: 'an admission policy turns the rule ISTIO_MUTUAL into SIMPLE, with which the answers fit',
    suite: 'destination-rule',
    step: 'DISABLE and a rule ISTIO_MUTUAL',
    when: 'between',
    break: async ({ make, awaitAdmission }) => {
      const tls = 'Object.spec.trafficPolicy.tls{mode: "SIMPLE"}';
      const change = applied(`spec: Object.spec{trafficPolicy: Object.spec.trafficPolicy{tls: ${tls}}}`);
      const isMutual = 'object.?spec.?trafficPolicy.?tls.?mode.orValue("") == "ISTIO_MUTUAL"';
      await make(...admission('automtls-prove-rule', rules, isMutual, change));
      const trial = destinationRule('default/trial', 'httpbin.default.svc.cluster.local', 'ISTIO_MUTUAL');
      await awaitAdmission(trial, (stored) => JSON.stringify(stored).includes('"SIMPLE"'));
    },
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        because: altered('DestinationRule full/httpbin-full-mtls', {
          field: 'spec.trafficPolicy.tls.mode',
          is: 'SIMPLE',
          applied: 'ISTIO_MUTUAL',
        }),
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
      { of: [fullToFull], to: 'fail', because: wrong({ kind: 'unavailable' }) },
      {
        of: [legacyToFull],
        to: 'fail',
        because: { code: 'never-arrived', last: { kind: 'plain' } },
      },
    ],
  },
];

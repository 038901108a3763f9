import type { Because, Hands, Saboteur } from '../lib/tools/prove/index.ts';
import { fewerSent, noneSent, unread, unreadFor, wrong } from './because.ts';
import { from, fullToFull, fullToLegacy, fullToPartial, legacyToFull, legacyToPartial } from './cells.ts';
import { envoyFilter } from './objects.ts';
import { pastSidecarFrom, resetOnceAsked } from './packets.ts';
import { wrappedCurl } from './shell.ts';
import { permissive, strict } from './steps.ts';

/** The port of httpbin. */
const HTTPBIN = '8080';
/** A port that nothing listens on: saboteurs lead it to httpbin, past the sidecar. */
const BESIDE = '8081';

/** Leads what comes from an address to the pods of httpbin.full past their sidecar, if it matches more conditions. */
async function pastSidecar(hands: Hands, client: string, ...conditions: string[]): Promise<string> {
  const source = await hands.addressOf(client);
  await hands.firewall('full/httpbin', pastSidecarFrom(source, HTTPBIN, ...conditions));
  return source;
}

/** httpbin has few of the paths that users ask for. */
const notEnforced: Because[] = [...wrong({ kind: 'other', status: 404 }), ...wrong({ kind: 'plain' })];

/** Meshes that do as they should only where the requests of a test are recognised, or where nobody looks. */
export const requests: Saboteur[] = [
  {
    name: 'refused-for-one-path',
    title: 'STRICT is not enforced, but plain text is refused for the path /headers alone',
    ...strict,
    when: 'between',
    break: async (hands) => {
      const source = await pastSidecar(hands, 'legacy/sleep');
      const text = ['-m', 'string', '--algo', 'bm', '--string', 'GET /headers'];
      const rule = [
        '-s',
        source,
        '-p',
        'tcp',
        '--dport',
        HTTPBIN,
        ...text,
        '-j',
        'REJECT',
        '--reject-with',
        'tcp-reset',
      ];
      await hands.firewall('full/httpbin', ['filter', 'INPUT', ...rule]);
    },
    turns: [{ of: [legacyToFull], to: 'fail', because: notEnforced }],
  },
  {
    name: 'refused-from-some-ports',
    title: 'STRICT is enforced for requests from ports below 32768 alone',
    ...strict,
    when: 'between',
    break: async (hands) => {
      await pastSidecar(hands, 'legacy/sleep', '--sport', '32768:65535');
    },
    turns: [{ of: [legacyToFull], to: 'fail', because: notEnforced }],
  },
  {
    name: 'refused-but-done',
    title: 'plain text reaches httpbin.full past its sidecar, and its connection is reset only after that',
    ...strict,
    when: 'between',
    // Each refusal takes a retransmission.
    sensitivity: { share: 0.3, chance: 0.01 },
    limits: { sampleMs: 30_000 },
    break: async (hands) => {
      const source = await pastSidecar(hands, 'legacy/sleep');
      await hands.firewall('full/httpbin', ...resetOnceAsked(source, HTTPBIN));
    },
    turns: [
      {
        of: [legacyToFull],
        to: 'fail',
        because: { code: 'refused-but-done' },
      },
    ],
  },
  {
    name: 'name-of-another',
    title: 'sleep.legacy finds httpbin.legacy under the name of httpbin.partial',
    ...permissive,
    when: 'between',
    break: ({ inShell, namespaces }) => {
      const [named, asked] = ['partial', 'legacy'].map((role) => `httpbin.${namespaces[role]}:8000`);
      return inShell('legacy/sleep', wrappedCurl(`--connect-to ${named}:${asked}`), 'unset -f curl');
    },
    turns: [{ of: [legacyToPartial], to: 'inconclusive', because: unreadFor({ code: 'asked-elsewhere' }) }],
  },
  {
    name: 'mixed-leak',
    title: 'a third of the requests to httpbin.partial reach its pod with a sidecar in plain text, past both sidecars',
    ...permissive,
    when: 'between',
    break: async ({ firewall, addressOf, serviceAddress }) => {
      const beside = ['-p', 'tcp', '--dport', BESIDE, '-j', 'REDIRECT', '--to-ports', HTTPBIN];
      await firewall('partial/httpbin', ['nat', 'PREROUTING', ...beside]);
      const asked = ['-p', 'tcp', '-d', await serviceAddress('partial/httpbin'), '--dport', '8000'];
      const third = ['-m', 'statistic', '--mode', 'nth', '--every', '3', '--packet', '0'];
      const leak = ['-j', 'DNAT', '--to-destination', `${await addressOf('partial/httpbin')}:${BESIDE}`];
      await firewall('full/sleep', ['nat', 'OUTPUT', ...asked, ...third, ...leak]);
    },
    turns: [
      {
        of: [fullToPartial],
        to: 'fail',
        because: fewerSent,
      },
    ],
  },
  {
    name: 'identity-replayed',
    title:
      'sleep.full sends plain text past its sidecar to a server that shows its real certificate, and whose counters are out of reach',
    ...permissive,
    when: 'start',
    break: async ({ redeploy, certificateOf, make, firewall, namespaces }) => {
      const annotations = { 'traffic.sidecar.istio.io/excludeOutboundPorts': '8000' };
      await redeploy('full/sleep', { metadata: { annotations } });
      const identity = `spiffe://cluster.local/ns/${namespaces['full']}/sa/sleep`;
      const value = `By=spiffe://a/b;Hash=${await certificateOf('full/sleep')};URI=${identity}`;
      const header = { header: { key: 'X-Forwarded-Client-Cert', value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' };
      await make(
        envoyFilter('full/replaying', 'httpbin', {
          applyTo: 'ROUTE_CONFIGURATION',
          match: { context: 'SIDECAR_INBOUND' },
          patch: { operation: 'MERGE', value: { request_headers_to_add: [header] } },
        }),
      );
      // No answer shows that the filter has arrived; a new pod has it from the beginning.
      await redeploy('full/httpbin', { metadata: { annotations: { 'automtls.dev/pod': 'new' } } });
      await firewall('full/httpbin', ['raw', 'PREROUTING', '-p', 'tcp', '--dport', '15090', '-j', 'DROP']);
    },
    turns: [
      { of: [fullToFull], to: 'fail', because: noneSent },
      { of: [fullToPartial], to: 'fail', because: { code: 'never-seen', missing: [{ kind: 'mtls' }] } },
      { of: [fullToLegacy], to: 'fail', because: noneSent },
      { of: [legacyToFull], to: 'fail', because: wrong({ kind: 'mtls' }) },
    ],
  },
  {
    name: 'client-mute',
    title: 'the sidecar of sleep.full tells nothing, so that somebody might be in between',
    ...permissive,
    when: 'start',
    break: ({ firewall }) =>
      firewall('full/sleep', [
        'filter',
        'OUTPUT',
        '-p',
        'tcp',
        '--dport',
        '15000',
        '-m',
        'owner',
        '!',
        '--uid-owner',
        '1337',
        '-j',
        'REJECT',
      ]),
    turns: [
      {
        of: [fullToFull, fullToPartial],
        to: 'inconclusive',
        because: { code: 'server-alone', gap: { code: 'client-port' } },
      },
    ],
  },
  {
    name: 'client-frozen',
    title: 'sleep.legacy stands still for 12 s from the moment on that STRICT is stored',
    ...strict,
    when: 'during',
    break: ({ freeze }) => freeze('legacy/sleep', { forMs: 12_000 }),
    turns: [
      { of: from('sleep.legacy'), to: 'inconclusive', because: unread, orGreen: true },
      {
        of: [fullToFull, fullToPartial, fullToLegacy],
        to: 'inconclusive',
        because: unread,
        orGreen: true,
      },
    ],
  },
  {
    name: 'one-in-ten-past',
    title:
      'one connection in ten of sleep.legacy is led past the sidecar of httpbin.full, whose STRICT it thus escapes',
    ...strict,
    when: 'between',
    break: async (hands) => {
      await pastSidecar(hands, 'legacy/sleep', '-m', 'statistic', '--mode', 'nth', '--every', '10', '--packet', '0');
    },
    turns: [
      {
        of: [legacyToFull],
        to: 'fail',
        because: notEnforced,
      },
    ],
  },
];

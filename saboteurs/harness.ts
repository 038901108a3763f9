import type { Saboteur } from '../lib/tools/prove/index.ts';
import { replaced, unread, unreadFor, wrong } from './because.ts';
import { everyPair, from, fullToFull, legacyToFull, legacyToPartial, to } from './cells.ts';
import { object } from './objects.ts';
import { wrappedCurl } from './shell.ts';
import { permissive, strict } from './steps.ts';

/** Kills every shell in its container, again and again. Its own name is another. */
const cutter = `cp /bin/sh /tmp/cutter && exec /tmp/cutter -c '
  while :; do
    for one in /proc/[0-9]*; do
      read -r name < $one/comm && [ "$name" = sh ] && kill -9 "\${one#/proc/}"
    done 2>/dev/null
    sleep 0.05
  done'`;

/** What the harness itself needs: clients, their curl and their names, execs, the network. */
export const harness: Saboteur[] = [
  {
    name: 'no-curl',
    title: 'curl is gone from sleep.full',
    ...permissive,
    when: 'between',
    break: ({ inShell }) => inShell('full/sleep', 'curl() { return 127; }', 'unset -f curl'),
    turns: [{ of: from('sleep.full'), to: 'inconclusive', because: unreadFor({ code: 'client-lost' }) }],
  },
  {
    name: 'curl-elsewhere',
    title: 'curl in sleep.legacy is wrapped, and asks httpbin.legacy whatever it is told',
    ...strict,
    when: 'between',
    break: ({ inShell, namespaces }) => {
      const elsewhere = wrappedCurl(`--connect-to "::httpbin.${namespaces['legacy']}:8000"`);
      return inShell('legacy/sleep', elsewhere, 'unset -f curl');
    },
    // This client reads the counters, too, but for sleep.full those of its own sidecar are enough.
    turns: [
      {
        of: [legacyToFull, legacyToPartial],
        to: 'inconclusive',
        because: unreadFor({ code: 'asked-elsewhere' }),
      },
    ],
  },
  {
    name: 'exec-cut',
    title: 'the exec into sleep.full is cut in the middle of a step',
    ...strict,
    when: 'during',
    break: ({ kill }) => kill('full/sleep', 'sh'),
    turns: [],
  },
  {
    name: 'exec-cut-again',
    title: 'the exec into sleep.full is cut again and again',
    ...permissive,
    when: 'between',
    break: ({ inBackground }) => inBackground('full/sleep', cutter),
    turns: [
      {
        of: from('sleep.full'),
        to: 'inconclusive',
        because: [...unreadFor({ code: 'client-lost' }), { code: 'client-lost-often' }],
      },
    ],
  },
  {
    name: 'client-restarted',
    title: 'the pod of sleep.full is replaced in the middle of a step',
    ...strict,
    when: 'during',
    break: ({ restart }) => restart('full/sleep'),
    turns: [{ of: from('sleep.full'), to: 'inconclusive', because: unread, orGreen: true }],
  },
  {
    name: 'server-restarted',
    title: 'the pod of httpbin.full is replaced in the middle of a step',
    ...strict,
    when: 'during',
    break: ({ restart }) => restart('full/httpbin'),
    turns: [{ of: everyPair, to: 'inconclusive', because: [...unread, ...replaced], orGreen: true }],
  },
  {
    name: 'no-names',
    title: 'no name resolves, because the Service of DNS selects no pods',
    ...permissive,
    when: 'between',
    break: ({ change }) =>
      change(object('v1', 'Service', 'kube-system/kube-dns', { spec: { selector: { 'k8s-app': 'nothing' } } })),
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        because: unreadFor(
          { code: 'curl-failed', curlExit: 6 },
          { code: 'curl-failed', curlExit: 28 },
          { code: 'client-lost' },
        ),
      },
    ],
  },
  {
    name: 'packets-dropped',
    title: 'packets to httpbin.full are dropped, which is no refusal of the mesh',
    ...permissive,
    when: 'between',
    break: ({ firewall }) =>
      firewall('full/httpbin', ['raw', 'PREROUTING', '-p', 'tcp', '--dport', '8080', '-j', 'DROP']),
    turns: [
      {
        of: to('httpbin.full'),
        to: 'inconclusive',
        because: unreadFor({ code: 'curl-failed', curlExit: 28 }, { code: 'client-lost' }),
      },
    ],
  },
  {
    name: 'connections-refused',
    title: 'a firewall refuses connections to httpbin.full, which is not how STRICT refuses them',
    ...strict,
    when: 'between',
    break: ({ firewall }) => {
      const rule = ['-i', 'eth0', '-p', 'tcp', '--dport', '15006', '-j', 'REJECT', '--reject-with', 'tcp-reset'];
      return firewall('full/httpbin', ['filter', 'INPUT', ...rule]);
    },
    turns: [
      { of: [fullToFull], to: 'fail', because: wrong({ kind: 'unavailable' }) },
      { of: [legacyToFull], to: 'fail', because: wrong({ kind: 'refused', curlExit: 7 }) },
    ],
  },
  {
    name: 'server-hangs',
    title: 'httpbin.full accepts connections and never answers',
    ...permissive,
    when: 'between',
    break: ({ freeze }) => freeze('full/httpbin', { program: 'go-httpbin' }),
    turns: [
      {
        of: to('httpbin.full'),
        to: 'inconclusive',
        because: unreadFor({ code: 'curl-failed', curlExit: 28 }, { code: 'client-lost' }),
      },
    ],
  },
  {
    name: 'strangers-requests',
    title: 'somebody else sends plain text to httpbin.full all the time',
    ...permissive,
    when: 'between',
    break: ({ inBackground, namespaces }) =>
      inBackground(
        'legacy/sleep',
        `while :; do curl -s -o /dev/null http://httpbin.${namespaces['full']}:8000/get; done`,
      ),
    turns: [
      {
        of: [fullToFull],
        to: 'inconclusive',
        because: { code: 'plain-beside' },
      },
    ],
  },
];

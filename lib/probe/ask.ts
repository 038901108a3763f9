import { randomInt } from 'node:crypto';
import type { Protocol } from '../model/types.ts';
import { forgery } from './forged.ts';
import { protocols } from './protocols/index.ts';
import type { Target } from './types.ts';

/** Begins curl's report of an answer. */
export const MARK = '--automtls-answer--';

/** Requests that one curl process makes, one after the other. */
export interface Request {
  targets: Target[];
  /** Make the requests at once and discard bodies: for slow answers, such as a 503 after a sidecar's retries. */
  atOnce?: boolean;
}

/** The number of requests that one curl process makes at once. */
const PARALLEL = 90;

/**
 * What curl prints after each answer. Its own `%{json}` has all that it knows, several times as much as an answer, which
 * would all pass through the API server.
 */
const REPORT = [
  '"http_code":"%{http_code}"',
  ...['exitcode', 'num_connects', 'time_total'].map((name) => `"${name}":%{${name}}`),
];

/** @param section of requests made at once, whose answers come in any order: what tells them apart, beside the URL */
function writeOut(section?: number): string {
  const place = section === undefined ? [] : [`"section":${section}`, '"url":"%{url}"'];
  return `\\n${MARK} {${[...REPORT, ...place].join(',')}} %header{grpc-status}|%{errormsg}\\n`;
}

/** Where the scripts keep a protocol's message. Every container has this folder, even one that is otherwise read-only. */
const messageFile = (protocol: Protocol): string => `/dev/shm/automtls-${protocol}`;
/** Where a shell keeps the answers of a batch until it is complete. */
const ANSWERS = '/dev/shm/automtls-answers-$$';

/**
 * Local ports of the requests: neither Linux gives them to connections by itself, nor does a sidecar listen on them. A
 * request from a port that a connection of the sidecar to the same address had, and that was reset less than ten seconds
 * ago, would be led past the sidecar: for so long the connection tracking of Linux goes by its old entry.
 */
export const LOCAL_PORTS = { first: 16_000, last: 32_767 };

/** Takes so many local ports, one after the other, and returns the first of them. */
export type TakePorts = (count: number) => number;

/** Returns a function that takes local ports that were not used for long. */
export function localPorts(): TakePorts {
  let next = randomInt(LOCAL_PORTS.first, LOCAL_PORTS.last);
  return (count) => {
    if (next + 2 * count > LOCAL_PORTS.last) next = LOCAL_PORTS.first;
    next += count;
    return next - count;
  };
}

/**
 * Returns a shell script that makes the requests one after the other, each over its own connection. One curl process
 * makes all of a request's, because starting curl takes longer than asking.
 * @param requestSeconds the time limit of each request
 * @param how.forge whether to send a forged identity, as a client without a sidecar can
 * @param how.localPort the first of as many local ports as there are requests
 */
export function askScript(
  requests: Request[],
  requestSeconds: number,
  { forge = false, localPort }: { forge?: boolean; localPort: number },
): string {
  const forged = forge ? [`-H '${forgery}'`] : [];
  let nextPort = localPort;
  const sectionOf = (targets: Target[], section: number | undefined): string => {
    const [first] = targets as [Target];
    const { message } = protocols[first.protocol];
    const urls = targets.map(({ url }) => `${section === undefined ? '' : '-o /dev/null '}'${url}'`);
    return [
      ...['-s', `-m ${requestSeconds}`, ...forged, wayOf(first)],
      ...(message === undefined ? [] : [`--data-binary @${messageFile(first.protocol)}`]),
      // curl takes the first that is free, and uses a connection again only for the same ones.
      `--local-port ${nextPort++}-${LOCAL_PORTS.last}`,
      ...[`-w '${writeOut(section)}'`, ...urls],
    ].join(' ');
  };
  const asked = new Set(requests.flatMap(({ targets }) => targets.map(({ protocol }) => protocol)));
  const messages = [...asked].flatMap((protocol) => {
    const file = messageFile(protocol);
    const { message } = protocols[protocol];
    return message === undefined ? [] : [`[ -s ${file} ] || ${message} > ${file}`];
  });
  const processes = requests.map(({ targets, atOnce = false }) => {
    const parallel = atOnce && targets.length > 1 ? `-Z --parallel-immediate --parallel-max ${PARALLEL} ` : '';
    // After --next, curl begins with no options, in the same process.
    const sections = sectionsOf(targets).map((own, at) => sectionOf(own, atOnce ? at : undefined));
    // With parallel requests, curl 7.88 prints its progress into the middle of a report, even with -s.
    return `curl ${parallel}${sections.join(' --next ')} 2>${atOnce ? '/dev/null' : '&1'}`;
  });
  // The answers are sent as a whole: in many small writes, each would pass through the kubelet and the API server.
  return [...messages, '{', ...processes, `} > ${ANSWERS}`, `cat ${ANSWERS}`].join('\n');
}

/** Splits targets wherever curl needs other options, or asks an address again: that takes another local port. */
export function sectionsOf(targets: Target[]): Target[][] {
  const sections: Target[][] = [];
  let addresses = new Set<string>();
  let way: string | undefined;
  for (const target of targets) {
    const { host } = new URL(target.url);
    if (wayOf(target) !== way || addresses.has(host)) {
      sections.push([]);
      way = wayOf(target);
      addresses = new Set();
    }
    sections.at(-1)?.push(target);
    addresses.add(host);
  }
  return sections;
}

/**
 * The options of the protocols over HTTP/1.1, with which curl opens a connection for each request. `-k` is for HTTPS
 * and does not affect the others, so that they share a section.
 */
const EACH_ITS_CONNECTION = ['-k', '--http1.1', "-H 'Connection: close'"];

/** Returns curl's options for a target. */
export function wayOf({ protocol, header }: Target): string {
  const { kept, options } = protocols[protocol];
  return [...(kept ? options : EACH_ITS_CONNECTION), ...headerOptions(header)].join(' ');
}

function headerOptions(header: string | undefined): string[] {
  return header === undefined ? [] : [`-H '${header}'`];
}

/** How to ask by hand. */
interface ByHand {
  /** What curl prints after each answer, in its own format. */
  writeOut?: string;
  /** The time limit of the request, in seconds; none by default. */
  limitSeconds?: number;
  /** Whether to send a forged identity. */
  forge?: boolean;
  /** A shell's word for the first local port to try, of those that `LOCAL_PORTS` has. */
  localPort?: string;
}

/** Returns the curl command to ask a target by hand and, if the request has a message, the command to pipe into it. */
export function curlCommand(
  target: Target,
  { writeOut = 'response %{http_code}\\n', limitSeconds, forge = false, localPort }: ByHand = {},
): { input?: string; command: string } {
  const { message, options: own } = protocols[target.protocol];
  const options = [
    '-s',
    ...(limitSeconds === undefined ? [] : [`-m ${limitSeconds}`]),
    ...own,
    ...(message === undefined ? [] : ['--data-binary @-']),
    ...headerOptions(target.header),
    ...headerOptions(forge ? forgery : undefined),
    ...(localPort === undefined ? [] : [`--local-port ${localPort}-${LOCAL_PORTS.last}`]),
    `-w '${writeOut}'`,
  ];
  return { ...(message !== undefined && { input: message }), command: `curl ${options.join(' ')} ${target.url}` };
}

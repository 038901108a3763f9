import { randomBytes, randomInt } from 'node:crypto';
import type { Protocol } from '../../model/index.ts';
import { forgery } from '../../verdict/index.ts';
import { protocols } from '../protocols/index.ts';
import type { Target } from '../types.ts';
import type { Variation } from './variation.ts';

/**
 * Returns what begins curl's report of an answer in one batch. It is random, and no server learns it, so that no body can
 * end in a report of its own.
 */
export function newMark(): string {
  return `--automtls-${randomBytes(16).toString('hex')}--`;
}

/** Requests that one curl process makes, one after the other. */
export interface RequestGroup<T extends Target = Target> {
  targets: T[];
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
  '"remote_ip":"%{remote_ip}"',
  ...['exitcode', 'num_connects', 'time_total'].map((name) => `"${name}":%{${name}}`),
];

/** Headers of an answer that show who gave it. */
export const signHeaders = ['server', 'x-envoy-upstream-service-time'] as const;

/** @param section of requests made at once, whose answers come in any order: what tells them apart, beside the URL */
function writeOut(mark: string, section?: number): string {
  const place = section === undefined ? [] : [`"section":${section}`, '"url":"%{url}"'];
  const headers = ['grpc-status', ...signHeaders].map((name) => `%header{${name}}|`).join('');
  return `\\n${mark} {${[...REPORT, ...place].join(',')}} ${headers}%{errormsg}\\n`;
}

/** Where the scripts keep what requests send. Every container has this folder, even one that is otherwise read-only. */
const messageFile = (protocol: Protocol, bytes: number): string => `/dev/shm/automtls-${protocol}-${bytes}`;
/** Where a shell keeps the answers of a batch until it is complete. */
const ANSWERS = '/dev/shm/automtls-answers-$$';

/** Local ports that requests come from. */
interface PortRange {
  first: number;
  last: number;
}

/**
 * Local ports of the requests: neither Linux gives them to connections by itself, nor does a sidecar listen on them. A
 * request from a port that a connection of the sidecar to the same address had, and that was reset less than ten seconds
 * ago, would be led past the sidecar: for so long the connection tracking of Linux goes by its old entry.
 */
export const LOCAL_PORTS: PortRange = { first: 16_000, last: 32_767 };

/** The ports that Linux gives to connections by itself (net.ipv4.ip_local_port_range), from which most requests come. */
const LINUX_PORTS: PortRange = { first: 32_768, last: 60_999 };

/**
 * Takes the next local ports of those that Linux gives away by itself, or of the others, as curl's option has it.
 * @param count how many connections are made, each from another one
 */
export type TakePort = (count: number, isLinux?: boolean) => string;

/** curl takes the first of so many ports that is free. */
const SPARE_PORTS = 200;

/** Returns a function that takes local ports that were not used for long. */
export function localPorts(): TakePort {
  const others = portsFrom(LOCAL_PORTS);
  const linux = portsFrom(LINUX_PORTS);
  return (count, isLinux = false) => (isLinux ? linux : others)(count);
}

function portsFrom({ first, last }: PortRange): (count: number) => string {
  let next = randomInt(first, last - SPARE_PORTS);
  return (count) => {
    if (next + count + SPARE_PORTS > last) next = first;
    next += count;
    return `${next - count}-${last}`;
  };
}

/** How to write a batch's script. */
interface ScriptOptions {
  /** Begins curl's report of each answer; see `newMark`. */
  mark: string;
  /** The time limit of each request, in seconds. */
  requestSeconds: number;
  takePort: TakePort;
}

/**
 * Returns a shell script that makes the requests one after the other, each over its own connection. One curl process
 * makes all of a request's, because starting curl takes longer than asking.
 */
export function askScript(requests: RequestGroup[], { mark, requestSeconds, takePort }: ScriptOptions): string {
  const sectionOf = (targets: Target[], section: number | undefined): string => {
    const [first] = targets as [Target];
    const urls = targets.map(({ url }) => `${section === undefined ? '' : '-o /dev/null '}'${url}'`);
    return [
      '-s',
      `-m ${requestSeconds}`,
      wayOf(first),
      // curl takes the first that is free, and uses a connection again only for the same ones. A port that was refused
      // is free at once, so that without one for each target the next section would take it again.
      `--local-port ${takePort(targets.length, first.variation?.fromLinuxPort)}`,
      `-w '${writeOut(mark, section)}'`,
      ...urls,
    ].join(' ');
  };
  const processes = requests.map(({ targets, atOnce = false }) => {
    const parallel = atOnce && targets.length > 1 ? `-Z --parallel-immediate --parallel-max ${PARALLEL} ` : '';
    // After --next, curl begins with no options, in the same process.
    const sections = sectionsOf(targets).map((ofSection, at) => sectionOf(ofSection, atOnce ? at : undefined));
    // With parallel requests, curl 7.88 prints its progress into the middle of a report, even with -s.
    return `curl ${parallel}${sections.join(' --next ')} 2>${atOnce ? '/dev/null' : '&1'}`;
  });
  // The answers are sent as a whole: in many small writes, each would pass through the kubelet and the API server.
  return [...messagesOf(requests), '{', ...processes, `} > ${ANSWERS}`, `cat ${ANSWERS}`].join('\n');
}

/** Returns the commands that write what the requests send, unless the shell has it already. */
function messagesOf(requests: RequestGroup[]): string[] {
  const sent = requests.flatMap(({ targets }) => targets).flatMap((target) => messageOf(target) ?? []);
  const commands = new Map(sent.map(({ file, command }) => [file, command]));
  return [...commands].map(([file, command]) => `[ -s ${file} ] || ${command} > ${file}`);
}

/** Returns the file with what a target's request sends, and the command that writes it; undefined if it sends nothing. */
function messageOf({ protocol, variation }: Target): { file: string; command: string } | undefined {
  const { bytes = 0 } = variation ?? {};
  const command = protocols[protocol].message(bytes);
  return command === undefined ? undefined : { file: messageFile(protocol, bytes), command };
}

/** Splits targets wherever curl needs other options, or asks an address again: that takes another local port. */
export function sectionsOf<T extends Target>(targets: T[]): T[][] {
  const sections: T[][] = [];
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
export function wayOf(target: Target): string {
  const { protocol, header, variation } = target;
  const { kept, options } = protocols[protocol];
  const message = messageOf(target);
  return [
    ...(kept ? options : EACH_ITS_CONNECTION),
    ...headerOptions(header),
    ...(variation === undefined ? [] : variationOptions(variation, protocol)),
    ...(message === undefined ? [] : [`--data-binary @${message.file}`]),
  ].join(' ');
}

/** gRPC has one method and one type of content. */
function variationOptions(variation: Variation, protocol: Protocol): string[] {
  const { method, userAgent, headers, bytes, forges } = variation;
  const all = [...headers, ...(forges ? [forgery] : [])];
  const common = [`-A '${userAgent}'`, ...all.flatMap(headerOptions)];
  if (protocol === 'grpc') return common;
  const content = bytes === 0 ? [] : ["-H 'Content-Type: text/plain'", "-H 'Expect:'"];
  return [`-X ${method}`, ...common, ...content];
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
  const { options: ofProtocol } = protocols[target.protocol];
  const message = protocols[target.protocol].message(0);
  const options = [
    '-s',
    ...(limitSeconds === undefined ? [] : [`-m ${limitSeconds}`]),
    ...ofProtocol,
    ...(message === undefined ? [] : ['--data-binary @-']),
    ...headerOptions(target.header),
    ...headerOptions(forge ? forgery : undefined),
    ...(localPort === undefined ? [] : [`--local-port ${localPort}-${LOCAL_PORTS.last}`]),
    `-w '${writeOut}'`,
  ];
  return { ...(message !== undefined && { input: message }), command: `curl ${options.join(' ')} ${target.url}` };
}

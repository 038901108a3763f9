import type { Protocol } from '../../model/index.ts';
import { localPorts, type ProbeClient, protocols, urlFor, type Variation, type Vary } from '../../probe/index.ts';
import type { Reply } from '../../verdict/index.ts';
import { ADDRESS_HEADER } from './envoy.ts';

const takePort = localPorts();

/** How often each stranger asks each server, and each client each impostor, all at once. */
export const TRIES = 5;

/** How long a request may take. */
const REQUEST_SECONDS = 5;

/** How much of an answer is kept. */
const BODY = 300;

/** curl may make so many requests at once. */
const PARALLEL = 200;

/** A request of a stranger, or to an impostor. */
export interface Request {
  protocol: Protocol;
  /** curl's options. */
  options: string[];
  url: string;
  /** A shell command that prints the request's body; absent if it has none. */
  message?: string | undefined;
}

/** Returns a request in plain text to a pod's port. */
export function plainRequest(protocol: Protocol, address: string, port: number): Request {
  const { options, message } = protocols[protocol];
  return { protocol, options, url: urlFor(protocol, address, port), message: message(0) };
}

/** Returns a request to a pod's port that a stranger's Envoy makes over TLS. Within that, HTTPS has its own. */
export function tlsRequest(protocol: Protocol, address: string, port: number, askingPort: number): Request {
  const { options } = protocols[protocol];
  const message = protocols[protocol].message(0);
  const header = `'${ADDRESS_HEADER}: ${address}:${port}'`;
  if (protocol === 'https') {
    // With -i, what is kept has the headers of the tunnel's own answer.
    const tunnel = ['-i', '--proxytunnel', `-x http://127.0.0.1:${askingPort}`, `--proxy-header ${header}`];
    return { protocol, options: [...options, ...tunnel], url: urlFor(protocol, address, port), message };
  }
  return { protocol, options: [...options, `-H ${header}`], url: urlFor(protocol, '127.0.0.1', askingPort), message };
}

/**
 * Makes each request several times, all at once.
 * @param vary how the requests differ, so that none can be told from those of users by what it asks for
 * @returns what was asked, with the replies to each request; fewer than `TRIES` if some are missing
 * @throws InconclusiveError if the client does not answer
 */
export async function askAll<Asked extends { request: Request }>(
  client: ProbeClient,
  all: Asked[],
  { batchMs, vary }: { batchMs: number; vary: Vary },
): Promise<(Asked & { replies: Reply[] })[]> {
  const tries = all.flatMap(({ request }) => Array.from({ length: TRIES }, () => varied(request, vary())));
  if (tries.length === 0) return [];
  const mark = crypto.randomUUID();
  const { stdout } = await client.run(scriptFor(tries, mark), REQUEST_SECONDS * 1000 + batchMs);
  const replies = repliesIn(stdout, mark);
  const repliesTo = (at: number): Reply[] =>
    Array.from({ length: TRIES }, (_, nth) => replies.get(at * TRIES + nth)).filter((reply) => reply !== undefined);
  return all.map((asked, at) => ({ ...asked, replies: repliesTo(at) }));
}

/** Returns a request with another path, user agent and headers; of gRPC, whose path is always the same, as it is. */
export function varied(request: Request, { path, userAgent, headers }: Variation): Request {
  const { protocol, options, url } = request;
  if (!protocols[protocol].varies) return request;
  const headerOptions = [`-A '${userAgent}'`, ...headers.map((header) => `-H '${header}'`)];
  return { ...request, options: [...options, ...headerOptions], url: new URL(path, url).href };
}

/** Each request has a connection of its own. gRPC's has, if it comes from a local port of its own. */
const CLOSED = ['--http1.1', "-H 'Connection: close'"];

/** Those that one curl process can make at once: with tunnels and HTTP/2, curl 7.88 then gives up all of them. */
const AT_ONCE: readonly Protocol[] = ['http', 'tcp'];

/**
 * Returns a script that makes all requests at once. Answers go to files, since they would be mixed up otherwise.
 * @param mark begins each report; random, so that no answer contains it
 */
export function scriptFor(tries: Request[], mark: string): string {
  const folder = `/dev/shm/automtls-${mark}`;
  const messages = [...new Set(tries.flatMap(({ message }) => message ?? []))];
  const sectionOf = ({ protocol, options, url, message }: Request, at: number): string =>
    [
      `-s -m ${REQUEST_SECONDS}`,
      ...options,
      ...(protocol === 'grpc' ? [`--local-port ${takePort(1)}`] : CLOSED),
      ...(message === undefined ? [] : [`--data-binary @${folder}/message-${messages.indexOf(message)}`]),
      `-o ${folder}/${at}`,
      `-w '${mark} ${at} %{http_code} %{http_connect} %{exitcode} %header{grpc-status}\\t%header{grpc-message}\\t%{errormsg}\\n'`,
      `'${url}'`,
    ].join(' ');
  const sections = tries.map((request, at) => ({ request, text: sectionOf(request, at) }));
  const together = sections.filter(({ request }) => AT_ONCE.includes(request.protocol));
  const apart = Map.groupBy(
    sections.filter(({ request }) => !AT_ONCE.includes(request.protocol)),
    ({ request }) => request,
  );
  const curl = (options: string, ofProcess: typeof sections, process: number): string =>
    // Each has its own file, since the lines of processes that write at once would be mixed up.
    `curl ${options}${ofProcess.map(({ text }) => text).join(' --next ')} > ${folder}/report-${process} 2>/dev/null &`;
  return [
    `mkdir ${folder}`,
    ...messages.map((message, at) => `${message} > ${folder}/message-${at}`),
    ...(together.length === 0 ? [] : [curl(`-Z --parallel-immediate --parallel-max ${PARALLEL} `, together, 0)]),
    ...[...apart.values()].map((ofProcess, at) => curl('', ofProcess, at + 1)),
    'wait',
    `cat ${folder}/report-*`,
    // With one file, head would not name it.
    `head -c ${BODY} ${folder}/[0-9]* /dev/null 2>/dev/null`,
    `rm -r ${folder}`,
  ].join('\n');
}

/** Returns the replies in the output of such a script, by the number of the request. */
export function repliesIn(output: string, mark: string): Map<number, Reply> {
  const [reports = '', ...files] = output.split(`==> /dev/shm/automtls-${mark}/`);
  const bodies = new Map(
    files.map((text) => {
      const end = text.indexOf(' <==\n');
      return [text.slice(0, end), text.slice(end + ' <==\n'.length).replace(/\n*==> \/dev\/null <==\n*$/, '')] as const;
    }),
  );
  const lines = reports.matchAll(new RegExp(`^${mark} (\\d+) (\\d+) (\\d+) (\\d+) (\\d*)\\t([^\\t]*)\\t(.*)$`, 'gm'));
  return new Map(
    [...lines].map(
      ([, at = '', status, tunnel, curlExit, grpcStatus, grpcMessage, curlMessage = '']): [number, Reply] => [
        Number(at),
        {
          status: Number(status),
          tunnel: Number(tunnel),
          curlExit: Number(curlExit),
          curlMessage,
          grpcStatus: Number(grpcStatus),
          // gRPC tells an error in its headers, and has no body then.
          body: (bodies.get(at) ?? '').trim() || decoded(grpcMessage ?? ''),
        },
      ],
    ),
  );
}

/** gRPC's messages have percent signs in place of some characters. */
function decoded(message: string): string {
  return message.replaceAll(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

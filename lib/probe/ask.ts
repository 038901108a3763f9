import { InconclusiveError, messageOf } from '../errors.ts';
import { forgery } from './forged.ts';
import { protocols } from './protocols/index.ts';
import type { Answer, Target } from './types.ts';

const MARK = '--automtls-answer--';

/** Requests that one or more curl processes make, one after the other. */
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
const WRITE_OUT = `\\n${MARK} {${REPORT.join(',')}} %header{grpc-status}|%{errormsg}\\n`;

/**
 * Returns a shell script that makes the requests one after the other, each over its own connection. One curl process
 * makes as many of them as possible, because starting curl takes longer than a request.
 * @param requestSeconds the time limit of each request
 * @param forge whether to send a forged identity, as a client without a sidecar can
 */
export function askScript(requests: Request[], requestSeconds: number, forge = false): string {
  const forged = forge ? [`-H '${forgery}'`] : [];
  return requests
    .flatMap(({ targets, atOnce = false }) => {
      // With parallel requests, curl 7.88 prints its progress into the middle of a report, even with -s.
      const errors = atOnce ? '/dev/null' : '&1';
      const processes = processesOf(targets).map((own) => {
        const [first] = own as [Target];
        const parallel = atOnce && own.length > 1 ? `-Z --parallel-immediate --parallel-max ${PARALLEL} ` : '';
        const { body } = protocols[first.protocol];
        // After --next, curl begins with no options, in the same process.
        const each = runsOf(own).map((run) => {
          const urls = run.map(({ url }) => `${atOnce ? '-o /dev/null ' : ''}'${url}'`);
          return ['-s', `-m ${requestSeconds}`, ...forged, wayOf(run[0] as Target), `-w '${WRITE_OUT}'`, ...urls].join(
            ' ',
          );
        });
        return `${body === undefined ? '' : `${body} | `}curl ${parallel}${each.join(' --next ')} 2>${errors}`;
      });
      // The output of each process is short enough to be written in one piece.
      return atOnce && processes.length > 1 ? [...processes.map((one) => `${one} &`), 'wait'] : processes;
    })
    .join('\n');
}

/** Returns the targets of each curl process. */
function processesOf(targets: Target[]): Target[][] {
  return split(targets, (previous, target) => isAlone(previous) || isAlone(target));
}

/** Returns adjacent targets that take the same options. */
function runsOf(targets: Target[]): Target[][] {
  return split(targets, (previous, target) => wayOf(previous) !== wayOf(target));
}

function isAlone({ protocol }: Target): boolean {
  return protocols[protocol].alone === true;
}

/** Splits a list wherever an item must be apart from the one before it. */
function split<T>(items: T[], apart: (previous: T, item: T) => boolean): T[][] {
  const parts: T[][] = [];
  for (const item of items) {
    const last = parts.at(-1);
    if (last === undefined || apart(last.at(-1) as T, item)) parts.push([item]);
    else last.push(item);
  }
  return parts;
}

/**
 * The options of all requests that can share a curl process. They make curl open a connection for each request, because
 * HTTP/2 would keep one open. `-k` is for HTTPS and does not affect the other protocols.
 */
const EACH_ITS_CONNECTION = ['-k', '--http1.1', "-H 'Connection: close'"];

/** Returns curl's options for a target. */
export function wayOf({ protocol, header }: Target): string {
  const { alone, options } = protocols[protocol];
  return [...(alone ? options : EACH_ITS_CONNECTION), ...headerOptions(header)].join(' ');
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
}

/** Returns the curl command to ask a target by hand and, if the request has a body, the command to pipe into it. */
export function curlCommand(
  target: Target,
  { writeOut = 'response %{http_code}\\n', limitSeconds, forge = false }: ByHand = {},
): { input?: string; command: string } {
  const { body, options: own } = protocols[target.protocol];
  const options = [
    '-s',
    ...(limitSeconds === undefined ? [] : [`-m ${limitSeconds}`]),
    ...own,
    ...headerOptions(target.header),
    ...headerOptions(forge ? forgery : undefined),
    `-w '${writeOut}'`,
  ];
  return { ...(body !== undefined && { input: body }), command: `curl ${options.join(' ')} ${target.url}` };
}

/**
 * Reads the output of askScript's script.
 * @param endedAt when the last answer was complete, in milliseconds since the epoch; the times of the other answers are
 * computed from their durations
 * @returns one answer for each target, in order
 * @throws InconclusiveError if the output does not contain one report for each target
 */
export function readAnswers(output: string, requests: Request[], endedAt: number): Answer[] {
  // curl before 7.84 does not support %header and prints it literally.
  const parts = output.split(new RegExp(`\\n${MARK} (\\{.*?\\}) (.*?)\\|(.*)\\n`));
  const answers: Answer[] = [];
  for (let at = 0; at + 3 < parts.length; at += 4) {
    const [body = '', json = '', grpcStatus = '', message = ''] = parts.slice(at);
    answers.push(readAnswer(body, json, { grpcStatus, message }));
  }
  const wanted = requests.reduce((sum, { targets }) => sum + targets.length, 0);
  if (answers.length !== wanted) {
    throw new InconclusiveError(
      `curl reported ${answers.length} of ${wanted} answers (curl 7.75 or newer is needed); it printed: ${output.trim().slice(0, 300) || 'nothing'}`,
    );
  }
  setTimes(answers, requests, endedAt);
  return answers;
}

/** Computes times backwards from the end. Requests made at once are assumed to end together, after the slowest. */
function setTimes(answers: Answer[], requests: Request[], endedAt: number): void {
  let at = endedAt;
  let end = answers.length;
  for (const { targets, atOnce } of requests.toReversed()) {
    const own = answers.slice(end - targets.length, end);
    end -= targets.length;
    for (const answer of own.toReversed()) {
      answer.at = at;
      if (!atOnce) at -= answer.ms;
    }
    if (atOnce) at -= Math.max(...own.map(({ ms }) => ms));
  }
}

/** curl's report. */
interface CurlReport {
  /** `000` if there was none. */
  http_code: string;
  exitcode: number;
  num_connects: number;
  time_total: number;
}

function readAnswer(
  body: string,
  json: string,
  { grpcStatus, message }: { grpcStatus: string; message: string },
): Answer {
  const report = parsed(json);
  return {
    at: 0,
    status: Number(report.http_code),
    curlExit: report.exitcode,
    curlMessage: message,
    ms: report.time_total * 1000,
    ...(/^[1-9]\d*$/.test(grpcStatus) && { grpcStatus: Number(grpcStatus) }),
    fresh: report.num_connects > 0,
    body,
  };
}

function parsed(json: string): CurlReport {
  try {
    return JSON.parse(json) as CurlReport;
  } catch (error) {
    throw new InconclusiveError(`curl's report cannot be read (${messageOf(error)}): ${json.slice(0, 300)}`);
  }
}

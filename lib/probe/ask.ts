import { InconclusiveError, messageOf } from '../errors.ts';
import { forgery } from './forged.ts';
import { protocols } from './protocols/index.ts';
import type { Answer, Target } from './types.ts';

const MARK = '--automtls-answer--';

/** What one or several curl processes ask, one after the other. */
export interface Request {
  targets: Target[];
  /** Ask many at once and keep no body: for answers that take their time, such as the 503 after a sidecar's retries. */
  atOnce?: boolean;
}

/** How many requests curl has under way at once. */
const PARALLEL = 90;

/** What curl prints after each answer. */
const WRITE_OUT = `\\n${MARK} %{json} %header{grpc-status}\\n`;

/**
 * Returns the shell script that makes the requests one after the other, as many in one curl process as can be, since
 * curl's start costs more than a request; each over a connection of its own to the mesh.
 * @param requestSeconds how long each target may take
 * @param forge whether to claim an identity, as a client without a sidecar can
 */
export function askScript(requests: Request[], requestSeconds: number, forge = false): string {
  const forged = forge ? [`-H '${forgery}'`] : [];
  return requests
    .flatMap(({ targets, atOnce = false }) => {
      // Asking at once, curl 7.88 shows its progress however silent it is to be, in the middle of a report.
      const errors = atOnce ? '/dev/null' : '&1';
      const processes = processesOf(targets).map((own) => {
        const [first] = own as [Target];
        const parallel = atOnce && own.length > 1 ? [`-Z --parallel-immediate --parallel-max ${PARALLEL}`] : [];
        const { body } = protocols[first.protocol];
        const urls = own.map(({ url }) => `${atOnce ? '-o /dev/null ' : ''}'${url}'`);
        const all = ['-s', ...parallel, `-m ${requestSeconds}`, ...forged, wayOf(first), `-w '${WRITE_OUT}'`];
        return `${body === undefined ? '' : `${body} | `}curl ${[...all, ...urls].join(' ')} 2>${errors}`;
      });
      // What each process prints of itself is short enough to be written whole.
      return atOnce && processes.length > 1 ? [...processes.map((one) => `${one} &`), 'wait'] : processes;
    })
    .join('\n');
}

/** Returns the targets of each curl process: neighbours that are asked in the same way. */
function processesOf(targets: Target[]): Target[][] {
  const processes: Target[][] = [];
  for (const target of targets) {
    const current = processes.at(-1);
    const previous = current?.at(-1);
    const { alone } = protocols[target.protocol];
    if (previous === undefined || alone || wayOf(previous) !== wayOf(target)) processes.push([target]);
    else current?.push(target);
  }
  return processes;
}

/**
 * What all have that one curl process can ask: a connection for each request, which HTTP/2 would keep open. `-k` is for
 * HTTPS, and changes nothing for the others.
 */
const EACH_ITS_CONNECTION = ['-k', '--http1.1', "-H 'Connection: close'"];

/** Returns curl's options for a target, by which those are told apart that one process cannot ask. */
export function wayOf({ protocol, header }: Target): string {
  const { alone, options } = protocols[protocol];
  return [...(alone ? options : EACH_ITS_CONNECTION), ...headerOptions(header)].join(' ');
}

function headerOptions(header: string | undefined): string[] {
  return header === undefined ? [] : [`-H '${header}'`];
}

/**
 * Returns how a person asks a target by hand: the command, and the one whose output it reads from its standard input, if
 * it does.
 */
export function curlCommand(target: Target): { input?: string; command: string } {
  const { body, options: own } = protocols[target.protocol];
  const options = ['-s', ...own, ...headerOptions(target.header), "-w 'response %{http_code}\\n'"].join(' ');
  return { ...(body !== undefined && { input: body }), command: `curl ${options} ${target.url}` };
}

/**
 * Reads what askScript printed.
 * @param endedAt when the last answer was there, in milliseconds since the epoch: the others' times follow from their durations
 * @returns one answer for each target, in order
 * @throws InconclusiveError where the output does not hold one report for each target.
 */
export function readAnswers(output: string, requests: Request[], endedAt: number): Answer[] {
  // curl before 7.84 does not know how to print a header, and prints what it was told.
  const parts = output.split(new RegExp(`\\n${MARK} (\\{.*\\}) (.*)\\n`));
  const answers: Answer[] = [];
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [body = '', json = '', grpcStatus = ''] = parts.slice(at);
    answers.push(readAnswer(body, json, grpcStatus));
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

/** Goes back from the end: what was asked at once is taken to have ended together, after its slowest. */
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

/** The fields of curl's `%{json}` that are read here. */
interface CurlReport {
  http_code: number;
  exitcode: number;
  errormsg: string | null;
  num_connects: number;
  time_total: number;
}

function readAnswer(body: string, json: string, grpcStatus: string): Answer {
  const report = parsed(json);
  return {
    at: 0,
    status: report.http_code,
    curlExit: report.exitcode,
    curlMessage: report.errormsg ?? '',
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

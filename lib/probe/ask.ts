import { InconclusiveError, messageOf } from '../errors.ts';
import type { Answer } from './types.ts';

const MARK = '--automtls-answer--';

/** URLs that one curl process asks. */
export interface Request {
  urls: string[];
  /** Ask many at once and keep no body: for answers that take their time, such as the 503 after a sidecar's retries. */
  atOnce?: boolean;
}

/** How many requests curl has under way at once. */
const PARALLEL = 90;

/** An identity that clients without a sidecar claim to have: a server's sidecar must never let it through. */
export const FORGED = 'spiffe://automtls.dev/forged';
const forgery = `X-Forwarded-Client-Cert: By=${FORGED};Hash=0;Subject="";URI=${FORGED}`;

/**
 * Returns the shell script that makes the requests one after the other, each in one curl process and each URL over a
 * connection of its own to the mesh (`Connection: close`): curl's start costs more than a request.
 * @param requestSeconds how long each URL may take
 * @param forge whether to claim an identity, as a client without a sidecar can
 */
export function askScript(requests: Request[], requestSeconds: number, forge = false): string {
  const format = `\\n${MARK} %{json}\\n`;
  const headers = ['Connection: close', ...(forge ? [forgery] : [])].map((header) => `-H '${header}'`).join(' ');
  return requests
    .map(({ urls, atOnce }) => {
      const parallel = atOnce ? ` -Z --parallel-immediate --parallel-max ${PARALLEL}` : '';
      const targets = urls.map((url) => `${atOnce ? '-o /dev/null ' : ''}'${url}'`).join(' ');
      // Asking at once, curl 7.88 shows its progress however silent it is to be, in the middle of a report.
      const errors = atOnce ? '/dev/null' : '&1';
      return `curl -s${parallel} -m ${requestSeconds} ${headers} -w '${format}' ${targets} 2>${errors}`;
    })
    .join('\n');
}

/**
 * Reads what askScript printed.
 * @param endedAt when the last answer was there, in milliseconds since the epoch: the others' times follow from their durations
 * @returns one answer for each URL, in order
 * @throws InconclusiveError where the output does not hold one report for each URL.
 */
export function readAnswers(output: string, requests: Request[], endedAt: number): Answer[] {
  const parts = output.split(new RegExp(`\\n${MARK} (\\{.*\\})\\n`));
  const answers: Answer[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) answers.push(readAnswer(parts[at] ?? '', parts[at + 1] ?? ''));
  const wanted = requests.reduce((sum, { urls }) => sum + urls.length, 0);
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
  for (const { urls, atOnce } of requests.toReversed()) {
    const own = answers.slice(end - urls.length, end);
    end -= urls.length;
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

function readAnswer(body: string, json: string): Answer {
  const report = parsed(json);
  return {
    at: 0,
    status: report.http_code,
    curlExit: report.exitcode,
    curlMessage: report.errormsg ?? '',
    ms: report.time_total * 1000,
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

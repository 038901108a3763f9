import { InconclusiveError, messageOf } from '../../platform/errors.ts';
import type { Answer } from '../../verdict/index.ts';
import type { Target } from '../types.ts';
import { type RequestGroup, sectionsOf, signHeaders } from './ask.ts';

/** A batch's output came, but does not have one report for each of its requests. */
export class UnreadableError extends InconclusiveError {}

/**
 * Reads the output of askScript's script.
 * @param batch.mark the script's
 * @param batch.endedAt when the last answer was complete, in milliseconds since the epoch; the times of the other answers
 * are computed from their durations
 * @returns one answer for each target, in order
 * @throws UnreadableError if the output does not contain one report for each target
 */
export function readAnswers(
  output: string,
  requests: RequestGroup[],
  { mark, endedAt }: { mark: string; endedAt: number },
): Answer[] {
  // curl before 7.84 does not support %header and prints it literally.
  const parts = output.split(new RegExp(`\\n${mark} (\\{.*?\\}) (.*?)\\|(.*?)\\|(.*?)\\|(.*)\\n`));
  const came: PlacedAnswer[] = [];
  for (let at = 0; at + 5 < parts.length; at += 6) {
    const [body = '', json = '', grpcStatus = '', server = '', upstream = '', message = ''] = parts.slice(at);
    came.push(readAnswer(body, json, { grpcStatus, signs: [server, upstream], message }));
  }
  const wanted = requests.reduce((sum, { targets }) => sum + targets.length, 0);
  if (came.length !== wanted) {
    throw new UnreadableError(
      `curl reported ${came.length} of ${wanted} answers (curl 7.75 or newer is needed); it printed: ${output.trim().slice(0, 300) || 'nothing'}`,
    );
  }
  const answers = requests.flatMap((request) => inOrder(came.splice(0, request.targets.length), request));
  for (const [at, target] of requests.flatMap(({ targets }) => targets).entries()) {
    const sent = sentWords(target);
    if (sent !== undefined) Object.assign(answers[at] as Answer, { sent });
  }
  setTimes(answers, requests, endedAt);
  return answers;
}

/** An answer and, if it was asked at once with others, its place among them. */
interface PlacedAnswer {
  answer: Answer;
  place: string;
}

function placeOf(section: number | undefined, url: string | undefined): string {
  return `${section} ${url}`;
}

/** Returns a request's answers in the order of its targets. */
function inOrder(came: PlacedAnswer[], { targets, atOnce = false }: RequestGroup): Answer[] {
  if (!atOnce) return came.map(({ answer }) => answer);
  const answers = new Map(came.map(({ place, answer }) => [place, answer]));
  return sectionsOf(targets).flatMap((ofSection, section) =>
    ofSection.map(({ url }) => {
      const answer = answers.get(placeOf(section, url));
      if (answer === undefined) throw new UnreadableError(`curl did not report on ${url}, which it was to ask`);
      return answer;
    }),
  );
}

/** Computes times backwards from the end. Requests made at once are assumed to end together, after the slowest. */
function setTimes(answers: Answer[], requests: RequestGroup[], endedAt: number): void {
  let at = endedAt;
  let end = answers.length;
  for (const { targets, atOnce } of requests.toReversed()) {
    const ofSection = answers.slice(end - targets.length, end);
    end -= targets.length;
    for (const answer of ofSection.toReversed()) {
      answer.at = at;
      if (!atOnce) at -= answer.ms;
    }
    if (atOnce) at -= Math.max(...ofSection.map(({ ms }) => ms));
  }
}

/** Returns what was sent to a target, such as `POST /anything/cart/0a1b2c3d4e5f with 300 bytes`; undefined if it is as always. */
function sentWords({ url, protocol, variation }: Target): string | undefined {
  if (variation === undefined) return undefined;
  const { method, bytes } = variation;
  const { pathname, search } = new URL(url);
  return `${protocol === 'grpc' ? 'POST' : method} ${pathname}${search}${bytes === 0 ? '' : ` with ${bytes} bytes`}`;
}

/** curl's report. */
interface CurlReport {
  /** `000` if there was none. */
  http_code: string;
  /** The address that it asked; empty if it asked none. */
  remote_ip?: string;
  exitcode: number;
  num_connects: number;
  time_total: number;
  section?: number;
  url?: string;
}

function readAnswer(
  body: string,
  json: string,
  { grpcStatus, signs, message }: { grpcStatus: string; signs: string[]; message: string },
): PlacedAnswer {
  const report = parsed(json);
  const shown = signHeaders.map((name, at) => [name, signs[at] as string] as const);
  const isRead = shown.every(([name, value]) => value !== `%header{${name}}`);
  const answer = {
    at: 0,
    status: Number(report.http_code),
    curlExit: report.exitcode,
    curlMessage: message,
    ms: report.time_total * 1000,
    ...(/^[1-9]\d*$/.test(grpcStatus) && { grpcStatus: Number(grpcStatus) }),
    fresh: report.num_connects > 0,
    ...(report.remote_ip && { address: report.remote_ip }),
    ...(isRead && { headers: Object.fromEntries(shown.filter(([, value]) => value !== '')) }),
    body,
  };
  return { answer, place: placeOf(report.section, report.url) };
}

function parsed(json: string): CurlReport {
  try {
    return JSON.parse(json) as CurlReport;
  } catch (error) {
    throw new UnreadableError(`curl's report cannot be read (${messageOf(error)}): ${json.slice(0, 300)}`);
  }
}

import { InconclusiveError, messageOf } from '../errors.ts';
import type { Answer } from './types.ts';

const MARK = '--automtls-answer--';

/**
 * Returns the shell line that asks the URLs one after the other in one curl process, each over a connection of its own
 * to the mesh (`Connection: close`): curl's start costs more than a request.
 * @param requestSeconds how long each request may take
 */
export function askScript(urls: string[], requestSeconds: number): string {
  const format = `\\n${MARK} %{json}\\n`;
  return `curl -s -m ${requestSeconds} -H 'Connection: close' -w '${format}' ${urls.map((url) => `'${url}'`).join(' ')} 2>&1`;
}

/**
 * Reads what askScript printed.
 * @param endedAt when the last answer was there, in milliseconds since the epoch: the others' times follow from their durations
 * @throws InconclusiveError where the output does not hold one report for each URL, in order.
 */
export function readAnswers(output: string, urls: string[], endedAt: number): Answer[] {
  const parts = output.split(new RegExp(`\\n${MARK} (\\{.*\\})\\n`));
  const answers: Answer[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) answers.push(readAnswer(parts[at] ?? '', parts[at + 1] ?? ''));
  if (answers.length !== urls.length) {
    throw new InconclusiveError(
      `curl reported ${answers.length} of ${urls.length} answers (curl 7.75 or newer is needed); it printed: ${output.trim().slice(0, 300) || 'nothing'}`,
    );
  }
  let at = endedAt;
  for (const answer of answers.toReversed()) {
    answer.at = at;
    at -= answer.ms;
  }
  return answers;
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

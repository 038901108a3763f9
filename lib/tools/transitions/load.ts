import { InconclusiveError } from '../../platform/errors.ts';
import { waitFor } from '../../platform/wait.ts';
import type { ProbeClient } from '../../probe/index.ts';
import type { LoadAnswer } from './losses.ts';

/** How many curl processes share the load, each with one connection that it keeps open, as applications do. */
const CONNECTIONS = 20;
/** The requests of each in a second. A request may take 100 ms, as a 503 after all retries does, until fewer are sent. */
const EACH = 10;
/** The load in requests a second. */
export const RATE = CONNECTIONS * EACH;

/** How many requests each makes at most: if the shell is lost, nobody ends the load. */
const MOST = 300 * EACH;

/** Where the load keeps what it saw, in the client's container. */
const FOLDER = '/tmp/automtls-load';

/**
 * Returns a script that begins the load and leaves it running. A line for each request has the time when it ended, and
 * curl's report. The time is the machine's uptime, which every shell can read without starting a program, in hundredths
 * of a second. curl's standard error is not buffered, so each report is written when its request ends.
 */
export function startScript(url: string, requestSeconds: number): string {
  const report = '%{stderr}%{http_code} %{exitcode} %{time_total}\\n';
  const curl = `curl -s -m ${requestSeconds} --rate ${EACH}/s -o /dev/null -w "${report}" "${url}?[1-${MOST}]"`;
  return [
    `kill $(cat ${FOLDER}/processes 2>/dev/null) 2>/dev/null; rm -rf ${FOLDER}; mkdir ${FOLDER}`,
    `load() { sh -c 'echo $$ >>${FOLDER}/processes; exec ${curl}' 2>&1 | while read -r report; do ${UPTIME}; echo "$up $report"; done; }`,
    // The requests of the processes must not come all at once.
    `n=0; while [ $n -lt ${CONNECTIONS} ]; do load >>${FOLDER}/reports & n=$((n + 1)); sleep ${1 / RATE}; done`,
  ].join('\n');
}

const UPTIME = 'read -r up rest </proc/uptime';
/** A script that prints when the last request ended. */
const lastScript = `tail -n 1 ${FOLDER}/reports`;
/** A script that ends the load, so that its requests are not lost, and prints what it saw. */
const stopScript = `kill $(cat ${FOLDER}/processes); wait; cat ${FOLDER}/reports`;

/** Requests that a client sends until they are stopped. */
export interface Load {
  /** Waits until a request has ended this many milliseconds from now, or later. */
  goOn(ms: number): Promise<void>;
  /** Ends the load, and returns all requests in the order in which they ended. */
  stop(): Promise<LoadAnswer[]>;
}

interface LoadOptions {
  client: ProbeClient;
  url: string;
  /** The time limit of a request, in milliseconds. */
  requestMs: number;
  /** The time limit of each script. */
  scriptMs: number;
  signal: AbortSignal;
}

/**
 * Begins the load.
 * @throws InconclusiveError if the client's shell is lost
 */
export async function startLoad({ client, url, requestMs, scriptMs, signal }: LoadOptions): Promise<Load> {
  await client.run(startScript(url, requestMs / 1000), scriptMs);
  const sentAt = now();
  const { stdout } = await client.run(`${UPTIME}; echo "$up"`, scriptMs);
  // The reading was made between the two, some milliseconds apart.
  const bootedAt = (sentAt + now()) / 2 - Number(stdout) * 1000;
  return {
    goOn: async (ms) => {
      const until = now() + ms;
      const look = async (): Promise<boolean> => {
        const { stdout } = await client.run(lastScript, scriptMs);
        return readReports(stdout, bootedAt).some((answer) => answer.at >= until);
      };
      await waitFor(look, { what: 'requests of the load', limitMs: ms + scriptMs, signal });
    },
    stop: async () => readReports((await client.run(stopScript, scriptMs)).stdout, bootedAt),
  };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Reads the lines that the load wrote.
 * @param bootedAt when the uptime was 0, in milliseconds since the epoch
 * @throws InconclusiveError if one is not a report of curl
 */
export function readReports(text: string, bootedAt: number): LoadAnswer[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, uptime, status, curlExit, seconds] = /^(\d+\.\d+) (\d{3}) (\d+) (\d+\.\d+)$/.exec(line) ?? [];
      if (uptime === undefined) {
        throw new InconclusiveError(`curl's report cannot be read (7.84 or newer is needed); it printed: ${line}`);
      }
      return {
        at: bootedAt + Number(uptime) * 1000,
        ms: Number(seconds) * 1000,
        status: Number(status),
        curlExit: Number(curlExit),
      };
    });
}

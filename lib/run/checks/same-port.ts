import type { Run } from '../../mesh/index.ts';
import { expectationOf, logicalNames, type World } from '../../model/index.ts';
import { mapTexts } from '../../platform/texts.ts';
import { localPorts } from '../../probe/index.ts';
import { pairWords } from '../../results/index.ts';
import { keyOf, questionOf, type Traffic, targetOf } from '../../scenario/index.ts';
import type { VerdictReason } from '../../verdict/index.ts';
import type { PairReport } from './check-reasons.ts';

/** From how many ports each client asks each server that must refuse it, twice from each. */
const PORTS = 5;

/** What came of the pairs that must be refused. */
export interface SamePortSeen {
  /** A sentence for each pair that was refused each time, with the topology's names. */
  sentences: string[];
  /** Those in which a server answered a port that it had refused, and those of which nothing can be said. */
  wrong: VerdictReason[];
}

/**
 * Lets each client ask each server that must refuse its plain text over HTTP again from the same local port, right after
 * a refusal. The connection tracking of Linux still knows the port for ten seconds. With `interceptionMode: TPROXY`
 * Istio's rules lead what it knows to the pod itself, past the sidecar:
 * istio/istio tools/istio-iptables/pkg/capture/run.go, `RELATED,ESTABLISHED`.
 */
export async function askFromSamePorts(run: Run, world: World): Promise<SamePortSeen> {
  const outcomesOf = (asked: Traffic) => expectationOf(world, questionOf(asked, run.namespaces)).outcomes;
  const traffic = run.topologies.flatMap((topology) => topology.traffic).filter(({ protocol }) => protocol === 'http');
  const asked = await Promise.all(
    [...Map.groupBy(traffic, ({ from }) => from)].map(([from, ofClient]) => {
      const refused = ofClient.flatMap((pair): RefusedPair[] => {
        const [only, ...others] = outcomesOf(pair).map(({ outcome }) => outcome);
        return only?.kind === 'reset' && others.length === 0 ? [{ pair, curlExits: only.curlExits }] : [];
      });
      const control = ofClient.find((asked) =>
        outcomesOf(asked).every(({ outcome }) => outcome.kind === 'plain' || outcome.kind === 'mtls'),
      );
      return refused.length === 0 ? [] : resultsOf(run, from, refused, control);
    }),
  );
  const all = asked.flat();
  const shown = mapTexts(all, (text) => logicalNames(text, run.namespaces));
  return {
    sentences: shown.flatMap((report) => (typeof report === 'string' ? [report] : [])),
    wrong: shown.flatMap((report) => (typeof report === 'string' ? [] : [report])),
  };
}

/** A pair that must be refused, with curl's exit codes for that. */
interface RefusedPair {
  pair: Traffic;
  curlExits: readonly number[];
}

/** An HTTP status, 0 if there was none, and curl's exit code. */
interface CurlResult {
  status: number;
  curlExit: number;
}

async function resultsOf(
  run: Run,
  from: string,
  refused: RefusedPair[],
  control: Traffic | undefined,
): Promise<PairReport[]> {
  const probeClient = run.probeClients.get(from);
  if (probeClient === undefined) throw new Error(`no probe client for ${from}`);
  const { requestMs, batchMs } = run.limits;
  const urls = refused.map(({ pair }) => targetOf(pair, run.namespaces).url);
  const controlUrl = control && targetOf(control, run.namespaces).url;
  const script = scriptOf(urls, controlUrl, requestMs / 1000);
  const { stdout } = await probeClient.run(script, (2 * PORTS * urls.length + 2) * requestMs + batchMs);
  const isControlled = ['before', 'after'].every((when) => replyTo(stdout, when)?.status === 200);
  return refused.map(({ pair, curlExits }, at): PairReport => {
    const tries = Array.from({ length: PORTS }, (_, nth) => secondReply(stdout, `${at}.${nth}`, curlExits));
    const heard = tries.filter((reply) => reply !== undefined);
    const answered = heard.filter(({ status }) => status !== 0);
    const counts = `of the ${heard.length} that were refused, ${answered.length} were answered from the same port`;
    const name = pairWords(keyOf(pair));
    const sentence = `${name}: ${PORTS} requests in plain text; ${counts}`;
    if (answered.length > 0) {
      const said = `${sentence}, with ${answered[0]?.status}, ${CAUSE}`;
      return { code: 'same-port-answered', pair: name, answered: answered.length, said };
    }
    if (heard.length > 0 && isControlled) return sentence;
    const why = heard.length > 0 ? 'no other server answered the client before and after' : 'nothing can be said';
    return { code: 'same-port-unseen', pair: name, said: `${sentence}: ${why}` };
  });
}

const CAUSE =
  "past the server's sidecar: with `interceptionMode: TPROXY`, Istio's rules lead to the pod itself what Linux still takes for a connection";

/** Returns the reply to the second request from a port; undefined if the first was not refused, or the second not heard. */
function secondReply(output: string, name: string, refusals: readonly number[]): CurlResult | undefined {
  const [first, second] = [replyTo(output, `${name}.first`), replyTo(output, `${name}.again`)];
  const isRefused = (reply: CurlResult | undefined): boolean =>
    reply !== undefined && reply.status === 0 && refusals.includes(reply.curlExit);
  return isRefused(first) && (isRefused(second) || second?.status !== 0) ? second : undefined;
}

/**
 * Returns a script that prints a line for each request: what it is for, the HTTP status, and curl's exit code.
 * @param control a server that answers, if there is one
 */
function scriptOf(urls: string[], control: string | undefined, requestSeconds: number): string {
  const ask = (name: string, url: string, port: number): string =>
    `curl -s -m ${requestSeconds} -o /dev/null --local-port ${port} -w 'same-port ${name} %{http_code} %{exitcode}\\n' ${url}`;
  const takePort = localPorts();
  const nextPort = (): number => Number.parseInt(takePort(1), 10);
  const controlled = (name: string): string[] => (control === undefined ? [] : [ask(name, control, nextPort())]);
  const twice = urls.flatMap((url, at) =>
    Array.from({ length: PORTS }, nextPort).flatMap((port, nth) =>
      ['first', 'again'].map((which) => ask(`${at}.${nth}.${which}`, url, port)),
    ),
  );
  return [...controlled('before'), ...twice, ...controlled('after')].join('\n');
}

function replyTo(output: string, name: string): CurlResult | undefined {
  const [, status, curlExit] =
    new RegExp(`^same-port ${name.replaceAll('.', '\\.')} (\\d+) (\\d+)$`, 'm').exec(output) ?? [];
  return status === undefined ? undefined : { status: Number(status), curlExit: Number(curlExit) };
}

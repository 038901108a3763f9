import type { Run } from '../../mesh/index.ts';
import {
  backing,
  type Greeting,
  greetingOf,
  hasSidecar,
  type KubeObject,
  logicalNames,
  type Service,
  serviceNamed,
  type World,
} from '../../model/index.ts';
import { mapTexts } from '../../platform/texts.ts';
import { pairWords } from '../../results/index.ts';
import { isServerFirst, keyOf, placed, questionOf, type Traffic } from '../../scenario/index.ts';
import type { VerdictReason } from '../../verdict/index.ts';
import type { PairReport } from './check-reasons.ts';

/** How often each client asks each server, all at once. */
const TRIES = 30;

/** How long a client waits for the first bytes. */
const WAIT_SECONDS = 3;

/** What Istio's echo server for tests sends first. */
const FIRST_BYTES = 'server-first-protocol';

/** How many tries came to what. */
type GreetingCounts = Partial<Record<Greeting | 'not observed', number>>;

/** What clients got from servers that speak first. */
export interface GreetingsSeen {
  /** A sentence for each client and server that were as the model says, with the topology's names. */
  sentences: string[];
  /** Those that were not, and those of which nothing can be said. */
  wrong: VerdictReason[];
}

/**
 * Lets every client of a topology connect to every port of it where the server speaks first, and wait without a word.
 * What comes counts only if a server without a sidecar greeted the same client at the same time.
 */
export async function askServerFirst(run: Run, world: World): Promise<GreetingsSeen> {
  const asked = await Promise.all(
    run.topologies.flatMap(({ clients, objects }) => {
      const ports = portsOf(objects);
      return ports.length === 0 ? [] : [...clients.keys()].map((from) => resultsOf(run, world, from, ports));
    }),
  );
  const all = asked.flat();
  const shown = mapTexts(all, (text) => logicalNames(text, run.namespaces));
  return {
    sentences: shown.flatMap((report) => (typeof report === 'string' ? [report] : [])),
    wrong: shown.flatMap((report) => (typeof report === 'string' ? [] : [report])),
  };
}

/** Returns the ports where the server speaks first. */
function portsOf(objects: KubeObject[]): Pick<Traffic, 'to' | 'port'>[] {
  const services = objects.filter((object): object is Service => object.kind === 'Service');
  return services.flatMap(({ metadata, spec }) =>
    (spec.ports ?? [])
      .filter(isServerFirst)
      .map(({ port }) => ({ to: `${metadata.namespace}/${metadata.name}`, port })),
  );
}

async function resultsOf(
  run: Run,
  world: World,
  from: string,
  ports: ReturnType<typeof portsOf>,
): Promise<PairReport[]> {
  const probeClient = run.probeClients.get(from);
  if (probeClient === undefined) throw new Error(`no probe client for ${from}`);
  const pairs = ports.map((port): Traffic => ({ from, ...port, protocol: 'tcp' }));
  const hosts = pairs.map(({ to, port }) => {
    const { namespace, name } = placed(to, run.namespaces);
    return `${name}.${namespace}:${port}`;
  });
  const timeoutMs = WAIT_SECONDS * 1000 + run.limits.batchMs + run.limits.arrivalMs;
  const { stdout } = await probeClient.run(scriptOf(hosts), timeoutMs);
  const tried = pairs.map((pair, at) => ({ pair, greetings: countsIn(stdout, at) }));
  const control = tried.find(({ pair }) => isBare(run, pair.to));
  const isGreeted = control?.greetings.greeted === TRIES;
  return tried.map(({ pair, greetings }): PairReport => {
    const { comesTo, why } = greetingOf(world, questionOf(pair, run.namespaces));
    const { client, server } = keyOf(pair);
    const came = Object.entries(greetings)
      .map(([what, count]) => `${count} × ${what}`)
      .join(', ');
    const pairName = pairWords({ client, server });
    const seen = { pair: pairName, came };
    if (!isGreeted) {
      return { code: 'greeting-unseen', ...seen, said: '; no server without a sidecar greeted it each time' };
    }
    if (greetings[comesTo] === TRIES) return `${pairName}: ${came} (${why})`;
    const isOther = Object.keys(greetings).some((what) => what !== comesTo && what !== 'not observed');
    return isOther
      ? { code: 'greeting-otherwise', ...seen, expected: comesTo, said: why }
      : { code: 'greeting-unseen', ...seen, said: `, not ${comesTo}: ${why}` };
  });
}

/** Returns whether a server has no sidecar, so that nothing is in the way. */
function isBare({ topology, namespaces }: Run, to: string): boolean {
  const service = serviceNamed(topology.services, placed(to, namespaces));
  return service !== undefined && !backing(service, topology.workloads).some(hasSidecar);
}

/** Returns a script that prints a line for each try: the host's place, curl's exit code, and what came. */
function scriptOf(hosts: string[]): string {
  const tries = hosts.flatMap((host, at) =>
    Array.from(
      { length: TRIES },
      // telnet sends nothing of its own accord, and ends with the connection, or with the time.
      () => `{ o=$(curl -s -m ${WAIT_SECONDS} telnet://${host} </dev/null); echo "greeting ${at} $? $o"; } &`,
    ),
  );
  return [...tries, 'wait'].join('\n');
}

function countsIn(output: string, host: number): GreetingCounts {
  const counts: GreetingCounts = {};
  for (const [, , exit, came] of output.matchAll(new RegExp(`^greeting (${host}) (\\d+) (.*)$`, 'gm'))) {
    const what = greetingIn(Number(exit), came ?? '');
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

/** @param exit curl's: 28 if the time was up, 0 or 56 if the connection ended */
function greetingIn(exit: number, came: string): Greeting | 'not observed' {
  if (came === FIRST_BYTES) return 'greeted';
  if (came !== '') return 'not observed';
  if (exit === 28) return 'silent';
  return exit === 0 || exit === 56 ? 'closed' : 'not observed';
}

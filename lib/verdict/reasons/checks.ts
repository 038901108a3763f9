import { entry } from '../entry.ts';

/** How READY a workload's pod is, as kubectl shows it, and should be. */
export interface Ready {
  workload: string;
  ready: string;
  wanted: string;
}

/** A pair that must be mutual TLS, and what it is instead. */
export interface MutualFacts {
  pair: string;
  said: string;
}

/** Who asked whom, and what had to come of it. */
export interface Row {
  client: string;
  server: string;
  expected: string;
  observed: string;
  said: string;
}

const rowWords = ({ client, server, expected, said }: Row): string => `${client} → ${server} (${expected}): ${said}`;

/** A condition that a mesh must meet before the task can begin, and does not. */
export interface UnmetFacts {
  said: string;
  /** What to do. */
  remedy: string;
  /** The objects that are in the way; empty if none is. */
  objects: string[];
  /** The other run whose they are. */
  otherRun?: string;
}

/** What another run has made is left to it, since to remove it would break that run. */
function unmetWords({ said, remedy, otherRun }: UnmetFacts): string {
  if (otherRun === undefined) return `${said}: ${remedy}`;
  return `${said}: that is of ${otherRun}, so leave it as it is, and run again when that run has ended`;
}

const INJECTION = 'Look at the namespace’s label, at istiod and at its webhook: does it exist, and does it answer?';

/** What checks find: before a run asks anything, in between, and when everything is removed. */
export const checked = {
  'check-passed': entry<{ said: string }>({
    effect: 'pass',
    means: 'A check found what it must; the sentence says what.',
    words: ({ said }) => said,
  }),
  'not-mutual': entry<MutualFacts>({
    effect: 'fail',
    means:
      'Requests of a pair that must be mutual TLS are answered in plain text. The mesh may do what its policies say.',
    advice: 'Make the server STRICT, give the client a sidecar, or leave the pair out with `--except`.',
    words: ({ pair, said }) => `${pair}: ${said}`,
  }),
  'mutual-unknown': entry<MutualFacts>({
    effect: 'doubt',
    means: 'A pair must be mutual TLS, and what was seen of it does not say whether it is.',
    advice: 'Look at why the pair itself did not pass.',
    words: ({ pair, said }) => `${pair} may be answered in plain text: ${said}`,
  }),
  'pod-not-running': entry<Ready & { waiting?: string; afterMs?: number }>({
    effect: 'doubt',
    means: 'A pod of the run did not become READY; that says nothing about the mesh.',
    advice:
      '`kubectl describe pod` says why; on a small machine often the image pull, for which `--ready-timeout 10m` leaves more time.',
    words: ({ workload, ready, wanted, waiting, afterMs }) => {
      const after = afterMs === undefined ? '' : `, after ${Math.round(afterMs / 1000)} s`;
      return `${workload} is ${ready}, not ${wanted}${after}${waiting === undefined ? '' : ` (${waiting})`}`;
    },
  }),
  'not-injected': entry<Ready>({
    effect: 'fail',
    means: 'A pod that must have a sidecar was not given one.',
    advice: INJECTION,
    words: ({ workload, ready, wanted }) =>
      `${workload} is READY ${ready}, not ${wanted}: it has no sidecar, so injection did not work; look at the namespace's label and istiod's webhook`,
  }),
  injected: entry<Ready>({
    effect: 'fail',
    means: 'A pod that must have no sidecar was given one.',
    advice: INJECTION,
    words: ({ workload, ready, wanted }) =>
      `${workload} is READY ${ready}, not ${wanted}: it was given a sidecar that it must not have`,
  }),
  'changed-since': entry<{ by: string }>({
    effect: 'doubt',
    means: 'The mesh no longer meets a condition that it met when the run began.',
    advice: 'The next reason says which; run again when it is as it was.',
    words: ({ by }) => `${by} has changed it since the run began`,
  }),
  'auto-mtls-off': entry<UnmetFacts>({
    effect: 'doubt',
    means: 'Automatic mutual TLS is off for the whole mesh, and every step of the task builds on it.',
    advice: 'Set `enableAutoMtls: true`, unless a run that is under way has switched it off: then wait for its end.',
    words: unmetWords,
  }),
  'not-permissive': entry<UnmetFacts>({
    effect: 'doubt',
    means: 'The mesh’s default is not PERMISSIVE, with which the task starts.',
    advice: 'Remove the policy that says so, unless it is another run’s, or use another cluster.',
    words: unmetWords,
  }),
  'rule-matches': entry<UnmetFacts>({
    effect: 'doubt',
    means: 'A DestinationRule matches a host of the run, and would decide in its clients’ stead.',
    advice: 'Remove it, unless it is another run’s, or use another cluster.',
    words: unmetWords,
  }),
  'no-injection': entry<UnmetFacts>({
    effect: 'doubt',
    means: 'istiod cannot give pods their sidecars: it has no READY pod, or its webhook’s Service has no endpoint.',
    advice: INJECTION,
    words: unmetWords,
  }),
  'others-unread': entry<{ errors: string[] }>({
    effect: 'doubt',
    means: 'The user may not list objects that can affect the workloads.',
    advice: 'manifests/rights.yaml has these permissions.',
    words: ({ errors }) => `not looked at: ${errors.join(' ')} Were an answer wrong, such a thing might be the cause`,
  }),
  'probe-otherwise': entry<{ container: string; workload: string; state: string; said: string }>({
    effect: 'fail',
    means: 'A readiness probe of the kubelet succeeds or fails otherwise than the model says.',
    advice: 'See how Istio rewrites probes (`sidecar.istio.io/rewriteAppHTTPProbers`), and the mode of the port.',
    words: ({ container, workload, state, said }) => `${container} of ${workload} ${state}: ${said}`,
  }),
  'greeting-otherwise': entry<{ pair: string; came: string; expected: string; said: string }>({
    effect: 'fail',
    means: 'A server that speaks first was heard, or not heard, otherwise than the model says.',
    advice: 'Protocols in which the server speaks first need a port that says so, such as `tcp-…` or `mysql`.',
    words: ({ pair, came, expected, said }) => `${pair}: ${came}, not ${expected}: ${said}`,
  }),
  'greeting-unseen': entry<{ pair: string; came: string; said: string }>({
    effect: 'doubt',
    means: 'Nothing can be said of a server that speaks first.',
    words: ({ pair, came, said }) => `${pair}: ${came}${said}`,
  }),
  'same-port-answered': entry<{ said: string; pair: string; answered: number }>({
    effect: 'fail',
    means: 'A request from the port of one that was refused right before was answered, past the server’s sidecar.',
    advice: 'With `interceptionMode: TPROXY` that is a leak of Istio’s own (docs/truth.md): use REDIRECT.',
    words: ({ said }) => said,
  }),
  'same-port-unseen': entry<{ said: string; pair: string }>({
    effect: 'doubt',
    means: 'Nothing can be said of requests from a port that was refused right before.',
    words: ({ said }) => said,
  }),
  'tried-otherwise': entry<Row>({
    effect: 'fail',
    means: 'A stranger was let in, or an impostor believed, where that must not be; or the other way round.',
    advice:
      'Look for EnvoyFilters and DestinationRules by which a sidecar asks for no certificate, accepts any, or checks no names; and for traffic that is led past the sidecar.',
    words: rowWords,
  }),
  'tried-unclear': entry<Row>({
    effect: 'doubt',
    means: 'A stranger’s or an impostor’s control did not come through, so nothing is known of its refusals.',
    advice: 'Look at the network between the run’s pods, and at the load of the machine.',
    words: rowWords,
  }),
  'nobody-asked': entry<{ said: string }>({
    effect: 'doubt',
    means: 'A check had nobody to ask, so it shows nothing.',
    words: ({ said }) => said,
  }),
  'still-there': entry<{ left: string[] }>({
    effect: 'doubt',
    means: 'Something of the run is left after everything was removed.',
    advice: '`npx automtls sweep` waits until it is gone, and says what blocks the rest.',
    words: ({ left }) => `still there: ${left.join(', ')}`,
  }),
  'not-removed': entry<{ errors: string[] }>({
    effect: 'doubt',
    means: 'Removing what the run made failed.',
    advice: '`npx automtls sweep` tries again.',
    words: ({ errors }) => errors.join('; '),
  }),
  'mesh-gone': entry<{ object: string }>({
    effect: 'doubt',
    means: 'Somebody deleted the mesh configuration, so it is not known whether it is as it was.',
    words: ({ object }) => `${object} is gone: somebody deleted it`,
  }),
  'mesh-left-off': entry<{ object: string; found: string }>({
    effect: 'fail',
    means: 'The run did not put enableAutoMtls back.',
    advice: '`npx automtls sweep` puts it back; please report it.',
    words: ({ object, found }) =>
      `enableAutoMtls in ${object} is false, as the run has set it, not as it was found (${found})`,
  }),
  refused: entry<{ error: string }>({
    effect: 'doubt',
    means: 'The run did not begin.',
    advice: 'The reason says what the cluster lacks.',
    words: ({ error }) => error,
  }),
};

import { entry } from '../entry.ts';
import { observationWords } from '../observation.ts';
import type { Observation } from '../observed.ts';

/** A field that is stored otherwise than it was applied; without `applied` it was not applied at all. */
export interface FieldChange {
  /** Such as `spec.mtls.mode`. */
  field: string;
  /** The stored value; absent if there is none. */
  is?: unknown;
  /** The value that was applied. */
  applied?: unknown;
}

/** Returns a change in words, such as `spec.mtls.mode is "PERMISSIVE", not "STRICT" as applied`. */
export function fieldWords({ field, is, applied }: FieldChange): string {
  const there = is === undefined ? 'is not there' : `is ${JSON.stringify(is)}`;
  const not = applied === undefined ? 'which was not applied' : `not ${JSON.stringify(applied)} as applied`;
  return `${field} ${there}, ${not}`;
}

const all = (changes: FieldChange[]): string => changes.map(fieldWords).join(', ');

const GITOPS = 'A controller, such as one of GitOps, may put objects back: keep it away from the run’s namespaces.';
const ENDPOINTS = 'Look who writes endpoints or labels there, and whether pods are being replaced.';
const MOVED = 'A pod is evicted, or its node is drained: run again when the cluster is quiet.';

/** What of a run is not, or does not stay, as its expectations assume: its pods, Services, endpoints and policies. */
export const serving = {
  'sidecar-missing': entry<{ podName: string }>({
    effect: 'doubt',
    means: 'A pod that must have a sidecar has none.',
    advice: 'Does the injection webhook exist, and does it answer?',
    words: ({ podName }) => `${podName} has no sidecar, though it should have one`,
  }),
  'sidecar-unwanted': entry<{ podName: string }>({
    effect: 'doubt',
    means: 'A pod that must have no sidecar has one.',
    advice: 'Look at the namespace’s labels and at other injectors.',
    words: ({ podName }) => `${podName} has a sidecar, though it should have none`,
  }),
  'pod-ending': entry<{ podName: string }>({
    effect: 'doubt',
    means: 'A server’s pod is being deleted, and may still get requests.',
    advice: MOVED,
    words: ({ podName }) => `${podName} is being deleted`,
  }),
  'pod-unready': entry<{ podName: string }>({
    effect: 'doubt',
    means: 'A server’s pod is not ready.',
    advice: '`kubectl describe pod` says why.',
    words: ({ podName }) => `${podName} is not ready`,
  }),
  'tls-label-missing': entry<{ podName: string; label?: string }>({
    effect: 'doubt',
    means: 'Clients choose mutual TLS by the label security.istio.io/tlsMode, and a pod with a sidecar lacks it.',
    advice: ENDPOINTS,
    words: ({ podName, label }) =>
      `${podName} has a sidecar but not the label security.istio.io/tlsMode=istio${label === undefined ? '' : ` (it is ${label})`}`,
  }),
  'tls-label-unwanted': entry<{ podName: string }>({
    effect: 'doubt',
    means: 'Clients choose mutual TLS by the label security.istio.io/tlsMode, and a pod without a sidecar has it.',
    advice: ENDPOINTS,
    words: ({ podName }) => `${podName} has the label security.istio.io/tlsMode=istio but should have no sidecar`,
  }),
  'pods-otherwise': entry<{ workload: string; pods: number; replicas: number; host: string }>({
    effect: 'doubt',
    means: 'A Service has more or fewer pods behind it than the run made.',
    advice: ENDPOINTS,
    words: ({ workload, pods, replicas, host }) =>
      `Deployment ${workload} has ${pods} of ${replicas} pods behind ${host}`,
  }),
  'endpoint-missing': entry<{ host: string; podName: string }>({
    effect: 'doubt',
    means: 'A ready pod is no endpoint of its Service.',
    advice: ENDPOINTS,
    words: ({ host, podName }) => `${host} is not served by ${podName}`,
  }),
  'endpoint-strange': entry<{ host: string; address: string; object: string; podName?: string; isOwn?: boolean }>({
    effect: 'doubt',
    means: 'A Service has an endpoint that the run did not make.',
    advice: ENDPOINTS,
    words: ({ host, address, object, podName, isOwn = false }) => {
      if (podName === undefined) return `${host} is also served by ${address}, which is no pod of the run (${object})`;
      return `${host} is also served by ${podName} (${address}), ${isOwn ? `as ${object} has it` : 'which the run did not make'}`;
    },
  }),
  'endpoint-ports': entry<{ host: string; object: string; ports: string[]; wanted: string[] }>({
    effect: 'doubt',
    means: 'The endpoints of a Service have other ports than those of its pods.',
    advice: ENDPOINTS,
    words: ({ host, object, ports, wanted }) =>
      `${object} sends ${host} to ${ports.join(', ') || 'no port'}, not ${wanted.join(', ')}`,
  }),
  'service-deleted': entry<{ object: string }>({
    effect: 'doubt',
    means: 'Somebody deleted a Service of the run.',
    advice: GITOPS,
    words: ({ object }) => `${object} was deleted by somebody else`,
  }),
  'service-replaced': entry<{ object: string }>({
    effect: 'doubt',
    means: 'Somebody deleted a Service of the run and made another of the same name.',
    advice: GITOPS,
    words: ({ object }) => `${object} is not the one that the run made`,
  }),
  'service-changed': entry<{ object: string; changes: FieldChange[] }>({
    effect: 'doubt',
    means: 'Somebody changed a Service of the run.',
    advice: GITOPS,
    words: ({ object, changes }) => `${object} was changed by somebody else: ${all(changes)}`,
  }),
  'pods-replaced': entry<{ workload: string; gone: string[]; come: string[] }>({
    effect: 'doubt',
    means: 'A server’s pods were replaced during the step, and while that lasts its requests are refused.',
    advice: MOVED,
    words: ({ workload, gone, come }) =>
      `Pods of Deployment ${workload} were replaced: ${gone.join(', ') || 'none'} by ${come.join(', ') || 'none'}`,
  }),
  'container-restarted': entry<{ container: string; podName: string }>({
    effect: 'doubt',
    means:
      'A container ended or was killed, and the kubelet started it again; until it is ready, requests are refused.',
    advice: '`kubectl describe pod` says why.',
    words: ({ container, podName }) => `The container ${container} of ${podName} was restarted`,
  }),
  'object-altered': entry<{ object: string; change: FieldChange }>({
    effect: 'doubt',
    means: 'What the API server stored is not what the run applied.',
    advice: 'Look for admission webhooks and policies, such as those of Kyverno or Gatekeeper, that change it.',
    words: ({ object, change }) => `something changed ${object} on its way into the API server: ${fieldWords(change)}`,
  }),
  'object-deleted': entry<{ object: string }>({
    effect: 'doubt',
    means: 'Somebody deleted an object that the run applied, during the step.',
    advice: GITOPS,
    words: ({ object }) => `${object} was deleted by somebody else during the step`,
  }),
  'object-changed': entry<{ object: string; changes: FieldChange[] }>({
    effect: 'doubt',
    means: 'Somebody changed an object that the run applied, during the step.',
    advice: GITOPS,
    words: ({ object, changes }) =>
      `${object} was changed by somebody else during the step${changes.length === 0 ? '' : `: ${all(changes)}`}`,
  }),
  'arrival-unshown': entry<{ before: { pair: string; last?: Observation }[] }>({
    effect: 'doubt',
    means:
      'What the step changes was before it already as the step will have it, or could not be seen; so nothing shows that the step arrived.',
    advice: 'Look at the step before, or run everything.',
    words: ({ before }) => {
      const pairs = before.map(
        ({ pair, last }) => `${pair}: ${last === undefined ? 'not asked' : observationWords(last)}`,
      );
      return `nothing shows that the step arrived, since before it what it changes was already as the step will have it, or could not be seen (${pairs.join('; ')}): look at the step before, or run everything`;
    },
  }),
  'not-judged': entry<{ doubt: string }>({
    effect: 'doubt',
    means:
      'An object of the mesh decides, and the model cannot tell what follows (see docs/verdicts.md, what is not judged).',
    advice: 'Take the object away, or leave the pair out.',
    words: ({ doubt }) => `not judged: ${doubt}`,
  }),
};

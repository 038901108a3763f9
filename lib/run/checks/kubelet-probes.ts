import { podsIn, type Run } from '../../mesh/index.ts';
import {
  type Container,
  type Deployment,
  type KubeletProbe,
  kubeletProbeResult,
  logicalNames,
  type Workload,
  type World,
  workloadName,
} from '../../model/index.ts';
import { mapTexts } from '../../platform/texts.ts';
import { unlessLate, waitFor } from '../../platform/wait.ts';
import { type Pods, podsOf, reasonWords, statusesOf, type VerdictReason } from '../../verdict/index.ts';

/** A probe of one of the run's containers. */
interface OwnProbe extends KubeletProbe {
  container: string;
  /** How long the kubelet needs to call the container not ready, in milliseconds. */
  windowMs: number;
}

/** Kubernetes' defaults. */
const [PERIOD_SECONDS, FAILURE_THRESHOLD] = [10, 3];

const REWRITE = 'sidecar.istio.io/rewriteAppHTTPProbers';

/** What the kubelet's readiness probes were seen to do. */
export interface ProbesSeen {
  /** A sentence for each probe, with the topology's names. */
  sentences: string[];
  /** Those that were not as the model says. */
  wrong: VerdictReason[];
}

/**
 * Watches the containers of the run that have readiness probes, until each is ready or not as the model says under what
 * is applied, and for at least as long as the kubelet needs to find out. A container that should be ready must not have
 * stopped being so in between.
 */
export async function watchKubeletProbes(run: Run, world: World): Promise<ProbesSeen> {
  const expected = probesOf(run).map((probe) => ({ probe, ...kubeletProbeResult(world, probe) }));
  const namespaces = [...new Set(expected.map(({ probe }) => probe.workload.namespace))];
  const windowMs = Math.max(0, ...expected.map(({ probe }) => probe.windowMs));
  const begunAt = performance.now();
  const wasReady = new Set<OwnProbe>();
  const fell = new Set<OwnProbe>();
  let wrong: typeof expected = [];
  await waitFor(
    async () => {
      const pods = await podsIn(run.kube, namespaces);
      for (const { probe, succeeds } of expected) {
        const ready = isReady(run, pods, probe);
        if (succeeds && !ready && wasReady.has(probe)) fell.add(probe);
        if (ready) wasReady.add(probe);
      }
      wrong = expected.filter(({ probe, succeeds }) => fell.has(probe) || isReady(run, pods, probe) !== succeeds);
      return fell.size > 0 || (wrong.length === 0 && performance.now() - begunAt >= windowMs);
    },
    { what: 'readiness probes', limitMs: windowMs + run.limits.arrivalMs, signal: run.signal },
  ).catch(unlessLate);
  const told = ({ probe, why: said }: (typeof expected)[number], state: string) => {
    const { workload, container } = probe;
    const path = workloadName(workload);
    const facts = { code: 'probe-otherwise' as const, container, workload: path, state, said };
    return mapTexts(facts, (text) => logicalNames(text, run.namespaces));
  };
  return {
    sentences: expected.map((expectation) =>
      reasonWords(told(expectation, expectation.succeeds ? 'is ready' : 'is not ready')),
    ),
    wrong: wrong.map((expectation) => {
      if (fell.has(expectation.probe)) return told(expectation, 'stopped being ready, and should not have');
      return told(expectation, expectation.succeeds ? 'is not ready, and should be' : 'is ready, and should not be');
    }),
  };
}

function probesOf({ made, topology }: Pick<Run, 'made' | 'topology'>): OwnProbe[] {
  return topology.workloads.flatMap((workload) => {
    const deployment = made.find(
      ({ kind, metadata }) =>
        kind === 'Deployment' && metadata.namespace === workload.namespace && metadata.name === workload.name,
    ) as Deployment | undefined;
    const { metadata, spec } = deployment?.spec.template ?? {};
    const rewritten = metadata?.annotations?.[REWRITE] === 'true';
    return (spec?.containers ?? []).flatMap((container) => probeOf(workload, container, rewritten));
  });
}

function probeOf(workload: Workload, { name, readinessProbe = {} }: Container, rewritten: boolean): OwnProbe[] {
  const { httpGet, tcpSocket, grpc, periodSeconds = PERIOD_SECONDS } = readinessProbe;
  const windowMs = periodSeconds * ((readinessProbe.failureThreshold ?? FAILURE_THRESHOLD) + 1) * 1000;
  return Object.entries({ http: httpGet, tcp: tcpSocket, grpc }).flatMap(([kind, asked]) =>
    asked === undefined
      ? []
      : [{ workload, kind: kind as KubeletProbe['kind'], port: asked.port, rewritten, container: name, windowMs }],
  );
}

function isReady({ made }: Run, pods: Pods, { workload, container }: OwnProbe): boolean {
  const podsOfWorkload = podsOf(workload, pods, made);
  return (
    podsOfWorkload.length > 0 &&
    podsOfWorkload.every((pod) => statusesOf(pod).some(({ name, ready }) => name === container && ready))
  );
}

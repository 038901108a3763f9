import { isDeepStrictEqual } from 'node:util';
import {
  aliasTarget,
  backing,
  type Expectation,
  expectationOf,
  hasSidecar,
  type KubeObject,
  logicalNames,
  type Mesh,
  type Protocol,
  type Question,
  type Service,
  serviceNamed,
  topologyOf,
  type World,
  workloadNamed,
} from '../../model/index.ts';
import { UsageError } from '../../platform/errors.ts';
import type { Istio } from '../../platform/istio/index.ts';
import type { ServedVersions } from '../../platform/kube/index.ts';
import { curlCommand, LOCAL_PORTS, protocols } from '../../probe/index.ts';
import { injected } from '../../run/index.ts';
import {
  type Ages,
  placed,
  questionOf,
  type Scenario,
  stepObjects,
  type Topology,
  type Traffic,
  targetOf,
  withAges,
  workloadObjects,
} from '../../scenario/index.ts';
import { type Needs, needsOf } from './needs.ts';

/** The mesh that a script is for: a run's, or that of a release. */
export interface TargetMesh {
  istio: Pick<Istio, 'mesh' | 'policyApi' | 'injectionLabel'>;
  served: ServedVersions;
  /** Policies and rules of others on the mesh. */
  foreign: readonly KubeObject[];
}

/** What it takes to ask one pair of a step from nothing. In its objects, `ID` is in the place of the script's own id. */
export interface Reproduction {
  mesh: Mesh;
  protocol: Protocol;
  workloads: KubeObject[];
  /** The step's objects, in the order in which to create them. */
  policies: KubeObject[];
  ages: Ages | undefined;
  client: { namespace: string; name: string; container: string };
  /** The curl command without its URL and, if the request has a body, the command to pipe into it. */
  curl: { input?: string; command: string };
  url: string;
  expectation: Expectation;
  /** The Deployments whose sidecars must be asked for TLS handshakes, since no answer shows mutual TLS. */
  counted: { namespace: string; name: string }[];
}

/** Stands for the id that the script makes of its own: a name that a namespace may have. */
export const ID = 'automtls-repro-id';

/** The shell variable that counts the requests. */
export const NTH = 'i';

/** The time limit of one request, in seconds. */
const REQUEST_SECONDS = 2;

/**
 * Returns what it takes to reproduce one pair of a step.
 * @param forge whether to send a forged identity, as clients without a sidecar do in a run
 * @throws UsageError if a script cannot do what the step does, or the model cannot tell what is expected
 */
export function reproductionOf(
  { topology, step, traffic, forge = false }: { topology: Topology; step: Scenario; traffic: Traffic; forge?: boolean },
  { istio, served, foreign }: TargetMesh,
): Reproduction {
  if (step.autoMtls === false) {
    throw new UsageError(
      `The step "${step.title}" switches automatic mutual TLS off for the whole mesh, which a script cannot put back safely: automtls test takes care of that.`,
    );
  }
  const namespaces = Object.fromEntries(topology.namespaces.map((name) => [name, `${name}-${ID}`]));
  const objects = workloadObjects([topology], namespaces).map((object) => injected(object, istio.injectionLabel));
  const policies = withAges(stepObjects(step.objects, istio.policyApi, namespaces, served), step.ages);
  const worldOf = (needs: Needs): World => ({
    mesh: istio.mesh,
    ...topologyOf(needs.workloads, istio.mesh.release),
    policies: [...foreign, ...needs.policies],
  });
  const question = questionOf(traffic, namespaces);
  const whole = { workloads: objects, policies };
  const expected = expectationOf(worldOf(whole), question);
  const [unjudged] = expected.notJudged ?? [];
  if (unjudged !== undefined) {
    const why = logicalNames(unjudged, namespaces);
    throw new UsageError(`The model cannot tell what is expected in the step "${step.title}": ${why}.`);
  }
  const needs = needsOf({ objects, policies, topology: worldOf(whole) }, question);
  const enough = needs.find((one) => isDeepStrictEqual(sure(expectationOf(worldOf(one), question)), expected.outcomes));
  const fewest = enough ?? whole;
  const world = worldOf(fewest);
  const { url, ...target } = targetOf(traffic, namespaces);
  return {
    mesh: istio.mesh,
    protocol: traffic.protocol,
    ...fewest,
    ages: step.ages,
    client: { ...placed(traffic.from, namespaces), container: topology.clients.get(traffic.from) ?? '' },
    curl: curlCommand(
      { ...target, url: '"$1"' },
      {
        writeOut: writeOutOf(traffic.protocol),
        limitSeconds: REQUEST_SECONDS,
        forge,
        localPort: `$((${LOCAL_PORTS.first} + ${NTH}))`,
      },
    ),
    url,
    expectation: expectationOf(world, question),
    counted: protocols[traffic.protocol].passedOn ? countedFor(world, question) : [],
  };
}

/** Returns the outcomes of an expectation; undefined if they are not certain. */
function sure({ outcomes, notJudged }: Expectation): Expectation['outcomes'] | undefined {
  return notJudged === undefined ? outcomes : undefined;
}

/** Returns what curl prints after each answer: status, exit code and, of gRPC, its status. */
function writeOutOf(protocol: Protocol): string {
  const grpc = protocol === 'grpc' ? 'gRPC status %header{grpc-status}, ' : '';
  return `\\nanswer %{http_code}, ${grpc}curl exit %{exitcode}`;
}

/** Returns the servers whose sidecars count TLS handshakes with the client's sidecar; none if the client has none. */
function countedFor(world: World, { client, server }: Question): Reproduction['counted'] {
  const { workloads, services } = world;
  const asker = workloadNamed(workloads, client);
  if (asker === undefined || !hasSidecar(asker)) return [];
  const behind = backing(aliasTarget(world, serviceNamed(services, server) as Service), workloads);
  return behind.filter(hasSidecar).map(({ namespace, name }) => ({ namespace, name }));
}

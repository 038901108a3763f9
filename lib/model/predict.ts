import { type AskingClient, attempt } from './clients/attempt.ts';
import type { Call, Choice } from './clients/call.ts';
import { choose, passedThrough } from './clients/choice.ts';
import { routed } from './clients/subset-route.ts';
import type { Expectation, ExpectedOutcome, Outcome, Reason } from './expected.ts';
import { notJudged } from './not-judged.ts';
import { outcomeOf, outcomesOf, retriesSave } from './outcomes.ts';
import { type AuthorizationPolicy, authorizationsAt } from './policies/authorization-policy.ts';
import { acceptedMode } from './policies/server-mode.ts';
import { reason, unique, workloadName } from './reason.ts';
import type { RuleId } from './rules/rules.ts';
import type { KubeObject, Question, Redirection, Service, Workload, World } from './types.ts';
import {
  aliasTarget,
  type Endpoint,
  endpointsOf,
  isAnnounced,
  isHeadless,
  knownAs,
  knownWorkload,
  portsLeadingTo,
  serviceNamed,
  servicePort,
  workloadNamed,
} from './world/endpoints.ts';
import { hasSidecar } from './world/labels.ts';
import { nameOf } from './world/name.ts';
import { isPassedOn, protocolTaken } from './world/protocol.ts';
import { passing } from './world/redirection.ts';
import { servedPolicies } from './world/served.ts';
import { hostEndpoints } from './world/service-entries.ts';
import { type HiddenService, unseenBy } from './world/unseen.ts';
import { entryEndpoints } from './world/workload-entries.ts';

/**
 * Returns what Istio's rules predict for one question: every outcome that requests can have, with its share, and the
 * reasons, from the server's policies to the client's choice to the result. Says so if that is not certain.
 * Throws if the question names a client, Service or port that the world does not have, or leads out of the world.
 */
export function predict(world: World, asked: Question): Expectation {
  const { expectation, mayRefuse } = predictUnlessRefused(world, asked);
  const open = mayRefuse.map((policy) => `what is asked decides whether ${nameOf(policy)} refuses it`);
  const doubts = [...(expectation.notJudged ?? []), ...open];
  return doubts.length === 0 ? expectation : { ...expectation, notJudged: doubts };
}

/** A prediction that holds unless AuthorizationPolicies refuse a request for what is asked. */
export interface Unless {
  expectation: Expectation;
  /** None if what is asked does not matter. */
  mayRefuse: readonly AuthorizationPolicy[];
}

/** Like `predict`, but leaves open what AuthorizationPolicies refuse for what is asked, such as the path. */
export function predictUnlessRefused(world: World, asked: Question): Unless {
  const routes = routed(world, asked);
  const { question } = routes;
  const asking = clientOf(world, question);
  const named = serviceOf(world, question);
  const target = aliasTarget(world, named);
  const service = knownAs(world, named);
  const external = service !== target;
  const pods = endpointsOf(world, target, servicePort(target, question.server.port));
  const { past, unclear } = passing(asking, target, question.server.port, pods);
  const client = past === undefined ? asking : { ...asking, sidecar: false };
  const unseen = unseenBy(world, client, service);
  const isKnown = hasSidecar(client) && unseen === undefined && !external;
  const entries = isKnown ? entryEndpoints(world, target, question.server.port) : [];
  const written = hostEndpoints(world, target, question.server.port);
  const endpoints = [...pods, ...written, ...entries];
  const found = { question, client, past, named, target, external, endpoints, unseen };
  const { expectation, mayRefuse } = expectationOf(world, found);
  const { outcomes, reasons, notJudged: unknown = [] } = expectation;
  const known = notJudged(world, {
    ...routes,
    client,
    named,
    target: service,
    outcomes,
    unseen,
    unclear,
    servers: endpoints.map(({ workload }) => workload),
  });
  const doubts = [...unknown, ...known];
  const before = routes.unexported && hasSidecar(client) ? [notRouted(routes.unexported, asked)] : [];
  const allReasons = unique([
    ...before,
    ...entries.map((entry) => oneMore(entry, target)),
    ...written.flatMap((one) => writtenInto(one, target)),
    ...reasons,
  ]);
  return {
    expectation: { outcomes, reasons: allReasons, ...(doubts.length > 0 && { notJudged: doubts }) },
    mayRefuse,
  };
}

function oneMore(endpoint: Endpoint, service: Service): Reason {
  const announces = isAnnounced(endpoint) ? 'it announces mutual TLS' : 'it does not announce mutual TLS';
  const text = `WorkloadEntry ${workloadName(knownWorkload(endpoint))} is one more endpoint of ${nameOf(service)}, which sidecars alone know: by its label or its serviceAccount, ${announces}`;
  return reason('auto-mtls.workload-entry', text);
}

function writtenInto(endpoint: Endpoint, { spec }: Service): Reason[] {
  if (endpoint.knownAs === undefined) return [];
  const announces = isAnnounced(endpoint) ? 'announces mutual TLS' : 'does not announce mutual TLS';
  const text = `${spec.host?.entry} has the address of ${workloadName(endpoint.workload)}, as one that ${announces}`;
  return [reason('auto-mtls.written-endpoint', text)];
}

interface ResolvedQuestion {
  question: Question;
  client: Workload;
  named: Service;
  target: Service;
  /** The annotation that leads the requests past the client's sidecar: it is then as if there were none. */
  past: keyof Redirection | undefined;
  external: boolean;
  endpoints: Endpoint[];
  /** Why the client's sidecar does not know the Service; undefined if it does. */
  unseen: HiddenService | undefined;
}

function expectationOf(world: World, found: ResolvedQuestion): Unless {
  const { question, client, named, target, external, endpoints } = found;
  const { mesh } = world;
  const { protocol } = question;
  const served = servedPolicies(world);
  const asker = { client, protocol, mesh };
  const port = servicePort(target, question.server.port);
  const choice = choiceOf(found, { mesh, served, port });
  const before = [
    ...served.unserved,
    ...injectionReasons(client),
    ...aliasReasons(named, target, external && hasSidecar(client)),
  ];
  if (choice.wires.length === 0) {
    const none = endpoints.length === 0 ? nothingThere(target, asker) : nowhere(asker);
    const outcomes = [{ outcome: none.outcome, endpoints: [], share: 1 }];
    return {
      expectation: { outcomes, reasons: unique([...before, ...choice.reasons, ...none.reasons]) },
      mayRefuse: [],
    };
  }
  const tries = choice.wires.map((to) => {
    const server = acceptedMode(mesh, served, to.endpoint, { service: target, port });
    const { workload } = to.endpoint;
    const authorizations = authorizationsAt(world, workload);
    const isContested = authorizations.length > 0 && isOfTwoKinds(world, to.endpoint);
    const tried = attempt(to, { ...asker, choice, mode: server.mode, authorizations, isContested });
    return { ...tried, workload, reasons: [...injectionReasons(workload), ...server.reasons] };
  });
  const retries = isPassedOn(protocol) ? 'none' : choice.retries;
  const outcomes = outcomesOf(tries, retries, asker);
  const reasons = unique([
    ...before,
    ...tries.flatMap((one) => one.reasons),
    ...choice.reasons,
    ...tries.map(({ why }) => why),
    ...(retriesSave(tries, retries) ? [retriedElsewhere(target, outcomes)] : []),
    ...passedOnReasons(
      outcomes.map(({ outcome }) => outcome),
      asker,
    ),
  ]);
  return {
    expectation: { outcomes, reasons, notJudged: tlsToAddresses(choice.wires) },
    mayRefuse: [...new Set(tries.flatMap((one) => one.mayRefuse ?? []))],
  };
}

/**
 * Returns whether Services declare for a port of pods both what is HTTP and what is bytes to sidecars: the oldest decides
 * which of the two the server's sidecar takes all for, and so how AuthorizationPolicies refuse.
 * istio/istio pilot/pkg/networking/core/listener_inbound.go, getFilterChainsByServicePort.
 */
function isOfTwoKinds({ services }: World, { workload, port }: Endpoint): boolean {
  const kinds = portsLeadingTo(services, workload, port).map((one) => isPassedOn(protocolTaken(one)));
  return new Set(kinds).size > 1;
}

/** Something may end any TLS at an address that is no pod's. */
function tlsToAddresses(wires: Choice['wires']): string[] {
  return wires
    .filter(({ endpoint, wire }) => endpoint.opaque && wire !== 'plain')
    .map(({ endpoint }) => `TLS is sent to ${workloadName(endpoint.workload)}, and what answers there is not known`);
}

function choiceOf(found: ResolvedQuestion, at: Pick<Call, 'mesh' | 'served' | 'port'>): Choice {
  const { question, client, named, target, external, endpoints } = found;
  const unchosen = passesOn(found);
  if (unchosen !== undefined) return passedThrough(endpoints, unchosen);
  const { subset } = question.server;
  const service = external ? named : target;
  return choose({ ...at, client, service, endpoints, external, ...(subset !== undefined && { subset }) });
}

/** Returns why the client's sidecar does not choose what goes over the wire; undefined if it does. */
function passesOn({ client, past, unseen }: ResolvedQuestion): Reason[] | undefined {
  if (past === undefined) return unseen?.reasons;
  const text = `${past} of ${workloadName(client)} leads these requests past its sidecar: it speaks plain text, whatever the policies`;
  return [reason('client.past-sidecar', text)];
}

function notRouted(route: KubeObject, { client, server }: Question): Reason {
  const text = `${nameOf(route)} is not exported to namespace ${client.namespace}: requests for subset ${server.subset} go to all of ${workloadName(server)}`;
  return reason('scope.route-not-exported', text, route);
}

function clientOf({ workloads }: World, { client }: Question): Workload {
  const found = workloadNamed(workloads, client);
  if (found === undefined) throw new Error(`There is no workload ${workloadName(client)} to ask from`);
  return found;
}

function serviceOf({ services }: World, { server }: Question): Service {
  const found = serviceNamed(services, server);
  if (found === undefined) throw new Error(`There is no Service ${workloadName(server)} to ask`);
  return found;
}

function injectionReasons(workload: Workload): Reason[] {
  const { injectedBy } = workload;
  const text = injectedBy && injectionTexts[injectedBy]?.(`${workloadName(workload)}'s pods`);
  return injectedBy === undefined || text === undefined ? [] : [reason(injectedBy, text)];
}

const injectionTexts: Partial<Record<RuleId, (pods: string) => string>> = {
  'sidecar.pod-labels-ignored': (pods) =>
    `This release does not look at the labels of ${pods} before it decides about their sidecar`,
  'sidecar.annotation-alone': (pods) =>
    `This release goes by the annotation of ${pods} and not by their label when it decides about their sidecar`,
  'sidecar.other-values': (pods) =>
    `This release takes what ${pods} say of their sidecar, which is neither true nor false, for a yes or a no`,
  'sidecar.never-selected': (pods) => `neverInjectSelector of the injector selects ${pods}: they get no sidecar`,
  'sidecar.always-selected': (pods) => `alwaysInjectSelector of the injector selects ${pods}: they get a sidecar`,
  'sidecar.injection-disabled': (pods) =>
    `The injector gives no sidecar to pods that do not ask for one, and ${pods} do not`,
};

function aliasReasons(named: Service, target: Service, external: boolean): Reason[] {
  if (named === target) return [];
  return [
    external
      ? reason(
          'external-name.external',
          `${nameOf(named)} is an ExternalName, which this release takes to be outside the mesh: auto mTLS does not choose for it`,
          named,
        )
      : reason('external-name.alias', `${nameOf(named)} is another name for ${nameOf(target)}`, named),
  ];
}

interface Nothing {
  outcome: Outcome;
  reasons: Reason[];
}

function passedOnReasons(outcomes: Outcome[], { client, protocol }: AskingClient): Reason[] {
  if (!isPassedOn(protocol) || !hasSidecar(client)) return [];
  if (!outcomes.some(({ kind }) => kind === 'reset')) return [];
  const text = `${protocol.toUpperCase()} is bytes to the sidecar of ${workloadName(client)}: it cannot answer 503, and the connection ends`;
  return [reason('result.passed-on', text)];
}

function nothingThere(service: Service, asker: AskingClient): Nothing {
  const { client, protocol } = asker;
  if (isHeadless(service)) {
    const text = `${nameOf(service)} is headless and has no endpoint: its name does not resolve`;
    return { outcome: { kind: 'reset', curlExits: [6] }, reasons: [reason('result.no-endpoints', text, service)] };
  }
  const text = `${nameOf(service)} has no endpoint: ${hasSidecar(client) && !isPassedOn(protocol) ? 'the sidecar answers 503' : 'the connection is refused'}`;
  return { outcome: nowhere(asker).outcome, reasons: [reason('result.no-endpoints', text, service)] };
}

function nowhere(asker: AskingClient): Nothing {
  const outcome = outcomeOf({ result: 'no-connection' }, asker);
  return { outcome, reasons: passedOnReasons([outcome], asker) };
}

function retriedElsewhere(service: Service, outcomes: ExpectedOutcome[]): Reason {
  const text = `The client's sidecar tries again where no connection comes about: endpoints of ${nameOf(service)} that take it answer instead`;
  const rare = outcomes.find((one) => one.rare);
  const except =
    rare === undefined
      ? ''
      : `, except for at most 1 of ${Math.floor(1 / rare.share).toLocaleString('en')} requests, for which it draws only others`;
  return reason('result.retried-elsewhere', `${text}${except}`);
}

import {
  type DestinationRule,
  hasSidecar,
  hostMatches,
  hostnameOf,
  type KubeObject,
  nameOf,
  resolveHost,
  type Service,
  type Workload,
  workloadName,
} from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import type { MeshWorkload } from '../mesh/workload.ts';
import { type Answer, usual } from '../pairs/answers.ts';
import type { Client, Sort } from '../pairs/clients.ts';
import type { Hosting } from '../pairs/policy-index.ts';
import type { Server } from '../pairs/servers.ts';
import { namespaceOf, objectsOf } from '../snapshot.ts';
import { answersWith, type Survey } from '../survey.ts';
import { some } from '../views/table.ts';

/** A mesh, and what the survey says of it. */
export interface SurveyContext {
  survey: Survey;
  mesh: SurveyedMesh;
  /** Every sort of clients to every server. */
  answered: readonly Answered[];
  /** Workloads that serve or send for themselves: no gateways, no waypoints, none of the ambient mesh. */
  applications: readonly MeshWorkload[];
  /** What the pods of each workload serve. */
  served: ReadonlyMap<Workload, readonly Server[]>;
  /** Namespaces in which a workload has a sidecar. */
  meshed: ReadonlySet<string>;
}

/** What the requests of one sort of clients to a server come to. */
export interface Answered {
  server: Server;
  sort: Sort;
  clients: readonly Client[];
  answer: Answer;
}

/** What a problem is said of: an object, or the pods of a workload. */
export interface Subject {
  /** Such as `DestinationRule shop/cart`. */
  name: string;
}

export interface Pair {
  client: Client;
  server: Server;
}

/** Returns a mesh, and what the survey says of it, as the checks look at it. */
export function contextOf(survey: Survey): SurveyContext {
  const { mesh } = survey;
  const bySort = Map.groupBy(survey.clients, ({ sort }) => sort);
  const applications = mesh.workloads.filter(({ role, ambient }) => role === 'application' && !ambient);
  const served = new Map<Workload, Server[]>();
  for (const { server } of survey.servers) {
    for (const { workload } of server.endpoints) served.set(workload, [...(served.get(workload) ?? []), server]);
  }
  return {
    survey,
    mesh,
    answered: survey.servers.flatMap(({ server, answers }) =>
      answers.flatMap(({ answer, sorts }) =>
        sorts.map((sort) => ({ server, sort, answer, clients: bySort.get(sort) ?? [] })),
      ),
    ),
    applications,
    served,
    meshed: new Set(
      applications.filter(({ workload }) => hasSidecar(workload)).map(({ workload }) => workload.namespace),
    ),
  };
}

/** Returns the objects of a kind that the control plane sees. */
export function policiesOf<Kind extends KubeObject>({ mesh }: SurveyContext, kind: string): Kind[] {
  return mesh.policies.filter((object): object is Kind => object.kind === kind);
}

/** Returns an object that the control plane sees, by its name. */
export function policyNamed({ mesh }: SurveyContext, name: string | undefined): KubeObject | undefined {
  return mesh.policies.find((object) => nameOf(object) === name);
}

export function subjectOf(object: KubeObject): Subject {
  return { name: nameOf(object) };
}

export function workloadSubject({ kind, workload }: MeshWorkload): Subject {
  return { name: `${kind} ${workloadName(workload)}` };
}

/** Returns the pairs of these requests, each once. */
export function pairsOf(answered: readonly Pick<Answered, 'server' | 'clients'>[]): Pair[] {
  const byServer = Map.groupBy(answered, ({ server }) => server);
  return [...byServer].flatMap(([server, all]) =>
    [...new Set(all.flatMap(({ clients }) => clients))].map((client) => ({ client, server })),
  );
}

/** Returns the pairs to a server. */
export function pairsTo({ survey }: SurveyContext, server: Server): Pair[] {
  return survey.clients.map((client) => ({ client, server }));
}

/** Returns what requests would come to if an object were another, or were not there. */
export function answersIf(
  { mesh }: SurveyContext,
  object: KubeObject,
  instead: KubeObject | undefined,
): ReturnType<typeof answersWith> {
  const policies = mesh.policies.flatMap((one) => (one === object ? (instead ?? []) : one));
  return answersWith({ ...mesh, policies });
}

/** Returns which of these requests would then come to something else. */
export function differing(answered: readonly Answered[], then: ReturnType<typeof answersWith>): Answered[] {
  return answered.filter(({ server, sort, answer }) => {
    if (answer.result === 'unknown') return false;
    const other = then(server, sort);
    return other.result !== 'unknown' && !isAlike(other, answer);
  });
}

/** Returns the pairs of these requests that would come to something else if an object were another. */
export function pairsDiffering(
  context: SurveyContext,
  answered: readonly Answered[],
  object: KubeObject,
  instead: KubeObject,
): Pair[] {
  return pairsOf(differing(answered, answersIf(context, object, instead)));
}

/** Returns whether requests come to the same. */
export function isAlike(a: Answer, b: Answer): boolean {
  return comesTo(a) === comesTo(b);
}

function comesTo(answer: Answer): string {
  return JSON.stringify(
    usual(answer)
      .map(({ outcome, share }) => [outcome.kind, share.toFixed(3)])
      .sort(),
  );
}

/** Returns the object as it would be if it were older than any other. */
export function asOldest<Kind extends KubeObject>(object: Kind): Kind {
  return { ...object, metadata: { ...object.metadata, creationTimestamp: '1970-01-01T00:00:00Z' } };
}

/** Returns whether an answer has a reason by one of these rules, of an object if one is named. */
export function cites({ reasons }: Answer, rules: readonly string[], object?: string): boolean {
  return reasons.some((one) => rules.includes(one.rule) && (object === undefined || one.object === object));
}

/** Returns whether some requests are answered in plain text. */
export function answersPlain(answer: Answer): boolean {
  return usual(answer).some(({ outcome }) => outcome.kind === 'plain');
}

/** Returns the first part of a sentence of the model's, which says what is; what follows from it comes behind. */
export function shortened(text: string): string {
  return text.split(': ')[0] ?? text;
}

/** Returns names as a list for people. */
export function listed(names: readonly string[], most = 3): string {
  return some([...new Set(names)], most);
}

/** Returns that of two objects only the older counts. Manifests do not say which it is. */
export function ignoredWords({ mesh }: SurveyContext, what: string, older: string): string {
  return mesh.snapshot.source === 'files'
    ? `${what} or that of ${older} is ignored: only the one that was created first counts.`
    : `${what} is ignored: ${older} is older, and only the oldest counts.`;
}

/** Returns all Services, those of Kubernetes and istiod too, which are not asked. */
export function everyService({ mesh }: SurveyContext): Service[] {
  return objectsOf<Service>(mesh.snapshot, 'Service').map((service) => ({
    ...service,
    metadata: { ...service.metadata, namespace: namespaceOf(service) },
  }));
}

/**
 * Returns what says whether a host names a Service or a ServiceEntry; undefined if that cannot be known: manifests need
 * not have all of a mesh, and what they do not have of a namespace may well be there.
 */
export function hostKnowledge(context: SurveyContext): (host: string) => boolean | undefined {
  const services = everyService(context);
  const namespaces = new Set(services.map(namespaceOf));
  const hostnames = services.map(hostnameOf);
  const entries = policiesOf<Hosting>(context, 'ServiceEntry').flatMap((entry) =>
    (entry.spec?.hosts ?? []).map((host) => resolveHost(host, namespaceOf(entry))),
  );
  const isOfFiles = context.mesh.snapshot.source === 'files';
  return (host) => {
    const isNamed = [...hostnames, ...entries].some((one) => hostMatches(host, one) || hostMatches(one, host));
    if (isNamed || !isOfFiles) return isNamed;
    const [, namespace] = /\.([^.]+)\.svc\.cluster\.local$/.exec(host) ?? [];
    return namespace !== undefined && namespaces.has(namespace) ? false : undefined;
  };
}

/**
 * Returns the credential that a rule names and sidecars do not use, since it has no workloadSelector: they send plain
 * text; undefined if there is none.
 */
export function unusedCredential({ spec }: DestinationRule): string | undefined {
  const { trafficPolicy = {}, subsets = [], workloadSelector } = spec;
  if (workloadSelector !== undefined) return undefined;
  const levels = [trafficPolicy, ...subsets.flatMap((subset) => subset.trafficPolicy ?? [])];
  const settings = levels.flatMap((one) => [one.tls, ...(one.portLevelSettings ?? []).map(({ tls }) => tls)]);
  return settings.flatMap((tls) => (tls as { credentialName?: string } | undefined)?.credentialName ?? [])[0];
}

/** Returns the DestinationRules that the control plane sees. */
export function rulesOf(context: SurveyContext): DestinationRule[] {
  return policiesOf<DestinationRule>(context, 'DestinationRule').filter(({ spec }) => spec?.host !== undefined);
}

/** Returns the Services that a rule is for. */
export function servicesFor({ mesh }: SurveyContext, rule: DestinationRule): Service[] {
  const host = resolveHost(rule.spec.host, namespaceOf(rule));
  return mesh.services.filter((service) => hostMatches(host, hostnameOf(service)));
}

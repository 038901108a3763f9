import {
  entriesOf,
  hasSidecar,
  isExternalName,
  type KubeObject,
  type Service,
  selects,
  type Workload,
  workloadName,
} from '../../../model/index.ts';
import { namespaceOf } from '../../snapshot.ts';
import { answersPlain, listed, pairsOf, pairsTo, policiesOf, type SurveyContext, subjectOf } from '../context.ts';
import type { Check, CheckGroup, Specified } from '../finding.ts';

type Labels = Record<string, string>;

type Selecting = Specified<{
  selector?: { matchLabels?: Labels };
  workloadSelector?: { labels?: Labels; matchLabels?: Labels };
}>;

/** Kinds that select pods, and whether one in the root namespace selects in all namespaces, or in its own alone. */
const selecting: Readonly<Record<string, 'everywhere' | 'own'>> = {
  PeerAuthentication: 'own',
  RequestAuthentication: 'everywhere',
  AuthorizationPolicy: 'everywhere',
  Sidecar: 'own',
  DestinationRule: 'own',
  EnvoyFilter: 'everywhere',
  WasmPlugin: 'everywhere',
  Telemetry: 'everywhere',
  ProxyConfig: 'everywhere',
};

/** Kinds that are for the security of what they select, of which it matters that a pod without a sidecar ignores them. */
const protecting = ['PeerAuthentication', 'RequestAuthentication', 'AuthorizationPolicy'];

const matchesNothing: Check = {
  code: 'selector-matches-nothing',
  severity: 'warning',
  meaning: 'No pod has the labels that an object selects, so that it acts on nothing.',
  remedy: 'Correct the labels, or leave the object out.',
  find: (context) =>
    Object.keys(selecting).flatMap((kind) =>
      policiesOf<Selecting>(context, kind).flatMap((object) => {
        const labels = labelsOf(object);
        const pods = podsIn(context, object);
        // Manifests need not have the pods of a namespace, much less those of all.
        const isWhole = context.mesh.snapshot.source === 'cluster';
        const isKnown = isWhole || (pods.length > 0 && !isEverywhere(context, object));
        if (labels === undefined || isOfRoot(context, object) || !isKnown) return [];
        if (pods.some((workload) => selects(labels, workload.labels))) return [];
        const where = isEverywhere(context, object) ? 'of the mesh' : `in namespace ${namespaceOf(object)}`;
        return [
          { subject: subjectOf(object), reason: `No pod ${where} has the labels ${labelWords(labels)}.`, pairs: [] },
        ];
      }),
    ),
};

const withoutSidecar: Check = {
  code: 'selects-pods-without-sidecar',
  severity: 'warning',
  meaning: 'A security policy selects nothing but pods without a sidecar, which do not know of it.',
  remedy: 'Give the pods a sidecar, or leave the policy out.',
  find: (context) =>
    protecting.flatMap((kind) =>
      policiesOf<Selecting>(context, kind).flatMap((object) => {
        const labels = labelsOf(object);
        if (labels === undefined || isOfRoot(context, object)) return [];
        const selected = podsIn(context, object).filter((workload) => selects(labels, workload.labels));
        const bare = selected.filter((workload) => isBare(context, workload));
        if (selected.length === 0 || bare.length < selected.length) return [];
        const servers = new Set(selected.flatMap((workload) => context.served.get(workload) ?? []));
        const plain = context.answered.filter(({ server, answer }) => servers.has(server) && answersPlain(answer));
        const names = listed(selected.map(workloadName));
        return [
          {
            subject: subjectOf(object),
            reason: `It selects ${names}, without a sidecar that could follow it.`,
            pairs: pairsOf(plain),
          },
        ];
      }),
    ),
};

const serviceSelectsNothing: Check = {
  code: 'service-selects-nothing',
  severity: 'warning',
  meaning: 'No workload of the manifests has the labels that a Service selects, so that nobody answers its clients.',
  remedy: 'Correct the selector or the labels of the pods; accept it if something else makes the pods.',
  find: (context) =>
    context.mesh.services.flatMap((service) => {
      const { selector = {} } = service.spec;
      if (Object.keys(selector).length === 0 || isExternalName(service) || !lacksWorkload(context, service)) return [];
      const own = context.survey.servers.filter(({ server }) => server.service === service);
      const reason = `No workload in namespace ${namespaceOf(service)} has the labels ${labelWords(selector)}.`;
      return [{ subject: subjectOf(service), reason, pairs: own.flatMap(({ server }) => pairsTo(context, server)) }];
    }),
};

/** What a cluster has scaled to zero has no pods there, and manifests need not have the workloads of a namespace. */
function lacksWorkload({ mesh, survey }: SurveyContext, service: Service): boolean {
  const near = mesh.workloads
    .map(({ workload }) => workload)
    .filter(({ namespace }) => namespace === namespaceOf(service));
  if (mesh.snapshot.source === 'cluster' || near.length === 0) return false;
  const entries = entriesOf([...survey.index.within('WorkloadEntry', namespaceOf(service))], service);
  return entries.length === 0 && !near.some(({ labels }) => maySelect(service.spec.selector ?? {}, labels));
}

/** Of labels that controllers give to pods the value is not known, and empty. */
function maySelect(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value || labels[key] === '');
}

/** Returns the labels that an object selects; undefined if it selects by none. */
function labelsOf({ spec }: Selecting): Labels | undefined {
  const labels = spec?.selector?.matchLabels ?? spec?.workloadSelector?.labels ?? spec?.workloadSelector?.matchLabels;
  return labels === undefined || Object.keys(labels).length === 0 ? undefined : labels;
}

/** A PeerAuthentication with a selector in the root namespace has a check of its own. */
function isOfRoot({ mesh }: SurveyContext, object: KubeObject): boolean {
  return object.kind === 'PeerAuthentication' && namespaceOf(object) === mesh.plane.mesh.rootNamespace;
}

function isEverywhere({ mesh }: SurveyContext, object: KubeObject): boolean {
  return selecting[object.kind] === 'everywhere' && namespaceOf(object) === mesh.plane.mesh.rootNamespace;
}

/** Returns the workloads among which an object selects, gateways too. */
function podsIn(context: SurveyContext, object: KubeObject): Workload[] {
  const all = context.mesh.workloads.map(({ workload }) => workload);
  return isEverywhere(context, object) ? all : all.filter(({ namespace }) => namespace === namespaceOf(object));
}

function isBare({ applications }: SurveyContext, workload: Workload): boolean {
  return !hasSidecar(workload) && applications.some((one) => one.workload === workload);
}

function labelWords(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

export const selectors: CheckGroup = {
  title: 'Selectors',
  checks: [matchesNothing, withoutSidecar, serviceSelectsNothing],
};

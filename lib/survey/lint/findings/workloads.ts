import { atLeast, hasSidecar, type KubeObject, nameOf, selects, type Workload } from '../../../model/index.ts';
import { templateOf } from '../../mesh/from-templates.ts';
import type { MeshWorkload } from '../../mesh/workload.ts';
import type { Server } from '../../pairs/servers.ts';
import { namespaceOf, objectsOf, type Pod } from '../../snapshot.ts';
import { answersWith } from '../../survey.ts';
import {
  type Answered,
  cites,
  listed,
  pairsOf,
  pairsTo,
  policiesOf,
  type SurveyContext,
  subjectOf,
  workloadSubject,
} from '../context.ts';
import type { Check, CheckGroup, Problem, Specified } from '../finding.ts';

/** What the model says of plain text of a client without a sidecar that a STRICT server refuses. */
const refused = ['result.plain-text-reset', 'result.plain-text-ended'];

const excludedPort: Check = {
  code: 'excluded-inbound-port',
  severity: 'error',
  meaning:
    'An annotation leads a port past the sidecar of the pods that serve it; clients do not know, and send mutual TLS to the bare port.',
  remedy: 'Write a DestinationRule with DISABLE for the port, or leave the annotation out.',
  find: (context) =>
    context.applications.flatMap((one): Problem[] => {
      if (!hasSidecar(one.workload)) return [];
      const servers = (context.served.get(one.workload) ?? []).filter((server) => isPast(one, server));
      if (servers.length === 0) return [];
      const pairs = pairsOf(refusedAtBarePort(context, one, servers));
      if (pairs.length === 0) return [];
      const ports = servers.map((server) => String(portOf(one.workload, server)));
      return [
        {
          subject: workloadSubject(one),
          reason: `Requests to port ${listed(ports)} of its pods get past their sidecar, but clients with a sidecar send mutual TLS to it.`,
          pairs,
        },
      ];
    }),
};

function isPast({ workload, annotations }: MeshWorkload, server: Server): boolean {
  const port = portOf(workload, server);
  const excluded = annotations['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '';
  const included = annotations['traffic.sidecar.istio.io/includeInboundPorts'] ?? '*';
  return port !== undefined && (isListed(excluded, port) || !isListed(included, port));
}

function isListed(ports: string, port: number): boolean {
  return ports.split(',').some((one) => ['*', String(port)].includes(one.trim()));
}

function portOf(workload: Workload, { endpoints }: Server): number | undefined {
  return endpoints.find((endpoint) => endpoint.workload === workload)?.port;
}

/** Asks the model for pods that announce mutual TLS, as those with a sidecar do, and have nothing that takes it. */
function refusedAtBarePort(context: SurveyContext, { workload }: MeshWorkload, servers: Server[]): Answered[] {
  const labels = { ...workload.labels, 'security.istio.io/tlsMode': 'istio' };
  const bare: Workload = { ...workload, sidecar: false, labels };
  const then = answersWith(context.mesh);
  return servers.flatMap((server) => {
    const { all, sidecars } = server.doubts;
    const asked = {
      ...server,
      doubts: { all: all.filter((text) => !text.includes('get past its sidecar')), sidecars },
      endpoints: server.endpoints.map((one) => (one.workload === workload ? { ...one, workload: bare } : one)),
    };
    return context.answered.filter(({ server: own, sort }) => {
      if (own !== server || !hasSidecar(sort.workload)) return false;
      // As a client it is itself, and serves nothing here.
      const client = sort.workload === workload ? { ...workload, replicas: 0 } : sort.workload;
      return cites(then(asked, { ...sort, workload: client }), ['result.mutual-tls-refused']);
    });
  });
}

const bareClient: Check = {
  code: 'client-without-sidecar-under-strict',
  severity: 'warning',
  meaning:
    'A workload that serves nothing has no sidecar in a namespace where others have one, and servers there that are STRICT refuse it; so it is with Jobs, too.',
  remedy: 'Give it a sidecar, or make the servers that it needs PERMISSIVE, port by port.',
  find: (context) =>
    context.applications.flatMap((one) => {
      const { workload } = one;
      const isServing = (context.served.get(workload) ?? []).length > 0;
      if (hasSidecar(workload) || isServing || !context.meshed.has(workload.namespace)) return [];
      const own = context.answered
        .map((answered) => ({ ...answered, clients: answered.clients.filter((client) => isOf(client, workload)) }))
        .filter(
          ({ server, answer, clients }) =>
            clients.length > 0 && namespaceOf(server.target) === workload.namespace && cites(answer, refused),
        );
      if (own.length === 0) return [];
      const servers = listed(own.map(({ server }) => nameOf(server.target)));
      const why = workload.hostNetwork ? 'is on the host network, and so has no sidecar' : 'has no sidecar';
      return [
        {
          subject: workloadSubject(one),
          reason: `It ${why}, and plain text is refused by ${servers} in its namespace.`,
          pairs: pairsOf(own),
        },
      ];
    }),
};

function isOf({ namespace, workloads, outsider }: Answered['clients'][number], workload: Workload): boolean {
  return !outsider && namespace === workload.namespace && workloads.includes(workload.name);
}

/** Containers that injection adds, or that come with Istio. */
const injected = new Set(['istio-init', 'istio-validation', 'istio-proxy', 'enable-core-dump']);

const initContainer: Check = {
  code: 'init-container-before-sidecar',
  severity: 'note',
  meaning:
    'Init containers run before the sidecar does: what they send is plain text, or gets no answer at all, and servers that are STRICT refuse it.',
  remedy: 'Use native sidecars (ENABLE_NATIVE_SIDECARS, the default from 1.27), or send no requests from there.',
  find: (context) => {
    const outsiders = context.answered.filter(({ clients }) => clients.some(({ outsider }) => outsider));
    if (!outsiders.some(({ answer }) => cites(answer, refused))) return [];
    return context.applications.flatMap((one) => {
      const names = hasSidecar(one.workload) ? earlyContainers(context, one) : [];
      if (names.length === 0) return [];
      const reason = `Its init container ${listed(names)} runs before the sidecar, while servers of the mesh are STRICT.`;
      return [{ subject: workloadSubject(one), reason, pairs: [] }];
    });
  },
};

/** Returns the init containers of a workload that run before its sidecar. */
function earlyContainers({ mesh }: SurveyContext, { kind, workload }: MeshWorkload): string[] {
  const { snapshot, plane } = mesh;
  const pods =
    snapshot.source === 'cluster'
      ? objectsOf<Pod>(snapshot, 'Pod').filter((pod) => isPodOf(pod, workload))
      : objectsOf(snapshot, kind)
          .filter((object) => isNamed(object, workload))
          .map(templateOf);
  const [inits = []] = pods.map(({ spec }) => spec?.initContainers ?? []);
  const names = inits.map(({ name }) => name);
  const isNative =
    names.includes('istio-proxy') || (snapshot.source === 'files' && atLeast(plane.mesh.release, '1.27'));
  return isNative ? [] : names.filter((name) => !injected.has(name));
}

function isNamed(object: KubeObject, { namespace, name }: Workload): boolean {
  return namespaceOf(object) === namespace && object.metadata.name === name;
}

/** A pod is called by what made it, and something more. */
function isPodOf({ metadata }: Pod, { namespace, name }: Workload): boolean {
  const [controller = name] = name.split(' ');
  return (
    metadata.namespace === namespace && (metadata.name === controller || metadata.name.startsWith(`${controller}-`))
  );
}

type WorkloadEntry = Specified<{ serviceAccount?: string; labels?: Record<string, string> }>;

const entryWithoutAccount: Check = {
  code: 'workload-entry-without-service-account',
  severity: 'warning',
  meaning: 'A WorkloadEntry without `serviceAccount` gets plain text: auto mTLS does not take it for one of the mesh.',
  remedy:
    'Name its `serviceAccount` if a sidecar runs there, or label it `security.istio.io/tlsMode: disabled` if none does.',
  find: (context) =>
    policiesOf<WorkloadEntry>(context, 'WorkloadEntry').flatMap((entry) => {
      const { serviceAccount = '', labels: own = {} } = entry.spec ?? {};
      const labels = { ...entry.metadata.labels, ...own };
      if (serviceAccount !== '' || labels['security.istio.io/tlsMode'] !== undefined) return [];
      const servers = context.survey.servers
        .map(({ server }) => server)
        .filter(({ target: { spec, metadata } }) => {
          const { selector = {} } = spec;
          const isNear = metadata.namespace === namespaceOf(entry) && Object.keys(selector).length > 0;
          return isNear && selects(selector, labels);
        });
      return [
        {
          subject: subjectOf(entry),
          reason: 'It has no serviceAccount and no label security.istio.io/tlsMode, so it gets plain text.',
          pairs: servers.flatMap((server) => pairsTo(context, server)),
        },
      ];
    }),
};

export const workloads: CheckGroup = {
  title: 'Workloads',
  checks: [excludedPort, bareClient, entryWithoutAccount, initContainer],
};

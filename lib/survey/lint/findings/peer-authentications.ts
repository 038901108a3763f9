import {
  hasSidecar,
  type KubeObject,
  nameOf,
  type PeerAuthentication,
  type Reason,
  selects,
  servedPolicies,
  serverMode,
  workloadName,
} from '../../../model/index.ts';
import { usual } from '../../pairs/answers.ts';
import type { Server } from '../../pairs/servers.ts';
import { namespaceOf } from '../../snapshot.ts';
import {
  answersPlain,
  asOldest,
  cites,
  ignoredWords,
  listed,
  pairsDiffering,
  pairsOf,
  pairsTo,
  policiesOf,
  policyNamed,
  type SurveyContext,
  shortened,
  subjectOf,
} from '../context.ts';
import type { Check, CheckGroup, Problem } from '../finding.ts';

const portOfService: Check = {
  code: 'port-level-mtls-service-port',
  severity: 'warning',
  meaning: "A key of `portLevelMtls` is a port of a Service, while the mode is looked up by the pod's own port.",
  remedy: "Use the port on which the pods listen, the Service's targetPort, as the key.",
  find: (context) =>
    policiesOf<PeerAuthentication>(context, 'PeerAuthentication')
      .filter((policy) => hasSelector(policy) && !isInRoot(context, policy))
      .flatMap((policy) =>
        Object.keys(policy.spec?.portLevelMtls ?? {}).flatMap((key) => wrongPort(context, policy, key)),
      ),
};

function wrongPort(context: SurveyContext, policy: PeerAuthentication, key: string): Problem[] {
  const selected = selectedBy(context, policy).map(({ workload }) => workload);
  const servers = [...new Set(selected.flatMap((workload) => context.served.get(workload) ?? []))];
  const endpoints = servers.flatMap((server) => server.endpoints.map((endpoint) => ({ server, ...endpoint })));
  const behind = endpoints.filter(({ workload }) => selected.includes(workload));
  const isOwn =
    behind.some(({ port }) => String(port) === key) ||
    selected.some(({ ports }) => ports.some(({ port }) => String(port) === key));
  const [meant] = behind.filter(({ server }) => String(server.port) === key);
  if (isOwn || meant === undefined) return [];
  const { [key]: mode = {}, ...others } = policy.spec?.portLevelMtls ?? {};
  const changed = { ...policy, spec: { ...policy.spec, portLevelMtls: { ...others, [meant.port]: mode } } };
  const asked = context.answered.filter(({ server }) => servers.includes(server));
  return [
    {
      subject: subjectOf(policy),
      reason: `portLevelMtls is for port ${key}, the port of ${nameOf(meant.server.target)}, but the pods of ${workloadName(meant.workload)} listen on ${meant.port}.`,
      pairs: pairsDiffering(context, asked, policy, changed),
    },
  ];
}

const portWithoutSelector: Check = {
  code: 'port-level-mtls-without-selector',
  severity: 'warning',
  meaning: '`portLevelMtls` counts only in a PeerAuthentication with a selector.',
  remedy: 'Give the policy a selector, one policy for each workload whose ports are meant.',
  find: (context) =>
    policiesOf<PeerAuthentication>(context, 'PeerAuthentication')
      .filter((policy) => !hasSelector(policy) && Object.keys(policy.spec?.portLevelMtls ?? {}).length > 0)
      .map((policy) => {
        const ports = Object.keys(policy.spec?.portLevelMtls ?? {});
        const servers = serversIn(context, policy).filter(({ endpoints }) =>
          endpoints.some(({ workload, port }) => hasSidecar(workload) && ports.includes(String(port))),
        );
        return {
          subject: subjectOf(policy),
          reason: `It has no selector, so what it says of port ${listed(ports)} is not looked at.`,
          pairs: servers.flatMap((server) => pairsTo(context, server)),
        };
      }),
};

const ignored: Check = {
  code: 'peer-authentication-ignored',
  severity: 'warning',
  meaning: 'Of several PeerAuthentications for the same mesh, namespace or workload only the oldest counts, whole.',
  remedy: 'Leave one policy for each mesh, namespace and workload, and put what you mean into it.',
  find: (context) => {
    const reasons = modeReasons(context).filter(({ reason }) => reason.rule === 'peer-authentication.oldest-wins');
    const byObject = Map.groupBy(reasons, ({ reason }) => reason.object);
    return [...byObject].flatMap(([name, own]) => {
      const policy = policyNamed(context, name);
      const [, older = 'another'] = /is ignored: (\S+ \S+) is older/.exec(own[0]?.reason.text ?? '') ?? [];
      if (policy === undefined) return [];
      const servers = new Set(own.map(({ server }) => server));
      const asked = context.answered.filter(({ server }) => servers.has(server));
      return [
        {
          subject: subjectOf(policy),
          reason: ignoredWords(context, 'What it says', older),
          pairs: pairsDiffering(context, asked, policy, asOldest(policy)),
        },
      ];
    });
  },
};

const rootSelector: Check = {
  code: 'selector-in-root-namespace',
  severity: 'warning',
  meaning: 'A PeerAuthentication with a selector in the root namespace acts on nothing.',
  remedy: 'Put it into the namespace of the workloads that it is for, once for each.',
  find: (context) =>
    policiesOf<PeerAuthentication>(context, 'PeerAuthentication')
      .filter((policy) => hasSelector(policy) && isInRoot(context, policy))
      .map((policy) => {
        const meant = context.applications.filter(
          ({ workload }) => hasSidecar(workload) && selects(policy.spec?.selector?.matchLabels, workload.labels),
        );
        const servers = new Set(meant.flatMap(({ workload }) => context.served.get(workload) ?? []));
        const whom = meant.length === 0 ? 'no pod' : listed(meant.map(({ workload }) => workloadName(workload)));
        return {
          subject: subjectOf(policy),
          reason: `It is in the root namespace ${policy.metadata.namespace}, where a selector selects nothing, and has the labels of ${whom}.`,
          pairs: [...servers].flatMap((server) => pairsTo(context, server)),
        };
      }),
};

const bareUnderStrict: Check = {
  code: 'strict-without-sidecar',
  severity: 'warning',
  meaning: 'A namespace is STRICT, and a workload in it has no sidecar, so that it takes plain text from anybody.',
  remedy: 'Give the workload a sidecar, or move it to a namespace that is not in the mesh.',
  find: (context) => {
    const found = new Map<KubeObject, { names: Set<string>; servers: Set<Server>; onHost: boolean }>();
    for (const { workload } of context.applications) {
      if (hasSidecar(workload) || !context.meshed.has(workload.namespace)) continue;
      for (const server of context.served.get(workload) ?? []) {
        const policy = strictFor(context, server, workload);
        if (policy === undefined) continue;
        const known = found.get(policy) ?? { names: new Set(), servers: new Set(), onHost: false };
        known.names.add(workloadName(workload));
        known.servers.add(server);
        known.onHost ||= workload.hostNetwork;
        found.set(policy, known);
      }
    }
    return [...found].map(([policy, { names, servers, onHost }]) => {
      const plain = context.answered.filter(
        ({ server, answer }) =>
          servers.has(server) &&
          usual(answer).some(
            ({ outcome, endpoints }) => outcome.kind === 'plain' && endpoints.some((name) => names.has(name)),
          ),
      );
      return {
        subject: subjectOf(policy),
        reason: `It sets STRICT, but ${listed([...names])} ${names.size === 1 ? 'has' : 'have'} no sidecar that could refuse plain text${onHost ? ', as on the host network none has' : ''}.`,
        pairs: pairsOf(plain),
      };
    });
  },
};

/** Returns the policy without a selector by which a port of pods would be STRICT if they had a sidecar. */
function strictFor(
  context: SurveyContext,
  server: Server,
  workload: SurveyContext['applications'][number]['workload'],
) {
  const endpoint = server.endpoints.find((one) => one.workload === workload);
  if (endpoint === undefined) return undefined;
  const { mode, reasons } = modeAt(context, server, endpoint);
  if (mode !== 'STRICT') return undefined;
  const wide = ['peer-authentication.namespace', 'peer-authentication.mesh'];
  return policyNamed(context, reasons.findLast(({ rule }) => wide.includes(rule))?.object);
}

const disabled: Check = {
  code: 'mutual-tls-disabled',
  severity: 'note',
  meaning:
    'A PeerAuthentication is DISABLE, so that sidecars speak plain text with each other; STRICT in its place loses requests.',
  remedy: 'Set PERMISSIVE first, and STRICT only when all clients speak mutual TLS.',
  find: (context) =>
    policiesOf<PeerAuthentication>(context, 'PeerAuthentication').flatMap((policy) => {
      if (!says(policy, 'DISABLE')) return [];
      const rules = [
        'peer-authentication.port',
        'peer-authentication.workload',
        'peer-authentication.namespace',
        'peer-authentication.mesh',
      ];
      const off = ['auto-mtls.disabled-scope', 'auto-mtls.endpoint-disabled'];
      const plain = context.answered.filter(
        ({ answer }) => answersPlain(answer) && cites(answer, off) && cites(answer, rules, nameOf(policy)),
      );
      if (plain.length === 0) return [];
      const servers = listed(plain.map(({ server }) => nameOf(server.target)));
      return [
        {
          subject: subjectOf(policy),
          reason: `It sets DISABLE, so sidecars send plain text to ${servers}.`,
          pairs: pairsOf(plain),
        },
      ];
    }),
};

const notServed: Check = {
  code: 'api-version-not-served',
  severity: 'warning',
  meaning: 'The release does not serve the API version of the object, which therefore does nothing.',
  remedy: 'Write it in a version that the release serves.',
  find: (context) => {
    const { plane, policies } = context.mesh;
    const { unserved } = servedPolicies({ mesh: plane.mesh, policies: [...policies], workloads: [], services: [] });
    return unserved.map(({ text, object = '' }) => ({
      subject: { name: object },
      reason: `${shortened(text)}.`,
      pairs: [],
    }));
  },
};

/** Returns why each port of pods with a sidecar has its mode. */
function modeReasons(context: SurveyContext): { server: Server; reason: Reason }[] {
  return context.survey.servers.flatMap(({ server }) =>
    server.endpoints
      .filter(({ workload }) => hasSidecar(workload))
      .flatMap((endpoint) => modeAt(context, server, endpoint).reasons.map((reason) => ({ server, reason }))),
  );
}

function modeAt({ mesh, survey }: SurveyContext, { target, port }: Server, endpoint: Server['endpoints'][number]) {
  const { rootNamespace } = mesh.plane.mesh;
  const near = [...new Set([endpoint.workload.namespace, rootNamespace])].flatMap((namespace) =>
    ['PeerAuthentication', 'Policy'].flatMap((kind) => survey.index.within(kind, namespace)),
  );
  const policies = [...near, ...survey.index.ofCluster];
  const served = servedPolicies({ mesh: mesh.plane.mesh, workloads: [], services: [], policies });
  return serverMode(mesh.plane.mesh, served, endpoint, { service: target, port: { port } });
}

/** Returns the workloads with a sidecar that a policy selects. */
function selectedBy({ applications }: SurveyContext, policy: PeerAuthentication): SurveyContext['applications'] {
  return applications.filter(
    ({ workload }) =>
      hasSidecar(workload) &&
      workload.namespace === namespaceOf(policy) &&
      selects(policy.spec?.selector?.matchLabels, workload.labels),
  );
}

function serversIn(context: SurveyContext, policy: PeerAuthentication): Server[] {
  const all = context.survey.servers.map(({ server }) => server);
  return isInRoot(context, policy) ? all : all.filter(({ target }) => namespaceOf(target) === namespaceOf(policy));
}

function hasSelector({ spec }: PeerAuthentication): boolean {
  return Object.keys(spec?.selector?.matchLabels ?? {}).length > 0;
}

function isInRoot({ mesh }: SurveyContext, policy: KubeObject): boolean {
  return namespaceOf(policy) === mesh.plane.mesh.rootNamespace;
}

function says({ spec }: PeerAuthentication, mode: string): boolean {
  const modes = [spec?.mtls, ...Object.values(spec?.portLevelMtls ?? {})];
  return modes.some((one) => one?.mode === mode);
}

export const peerAuthentications: CheckGroup = {
  title: 'PeerAuthentication',
  needs: ['PeerAuthentication'],
  checks: [portOfService, portWithoutSelector, ignored, rootSelector, bareUnderStrict, notServed, disabled],
};

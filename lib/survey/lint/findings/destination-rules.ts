import {
  type DestinationRule,
  destinationRulesFor,
  hasSidecar,
  hostnameOf,
  nameOf,
  resolveHost,
  type Service,
} from '../../../model/index.ts';
import { namespaceOf } from '../../snapshot.ts';
import {
  type Answered,
  answersIf,
  asOldest,
  cites,
  differing,
  everyService,
  hostKnowledge,
  ignoredWords,
  listed,
  pairsDiffering,
  pairsOf,
  policyNamed,
  rulesOf,
  type SurveyContext,
  servicesFor,
  subjectOf,
  unusedCredential,
} from '../context.ts';
import type { Check, CheckGroup, Problem } from '../finding.ts';

const unknownHost: Check = {
  code: 'destination-rule-host-unknown',
  severity: 'warning',
  meaning: 'No Service and no ServiceEntry has the host of a DestinationRule.',
  remedy: 'Write the whole name of the Service, such as `cart.shop.svc.cluster.local`, or leave the rule out.',
  needs: ['ServiceEntry'],
  find: (context) => {
    const isKnown = hostKnowledge(context);
    const services = everyService(context);
    return rulesOf(context).flatMap((rule) => {
      const { host } = rule.spec;
      const resolved = resolveHost(host, namespaceOf(rule));
      // A name with a dot is taken as it is, though it looks like a Service's with its namespace.
      const meant = services.find(({ metadata }) =>
        [`${metadata.name}.${metadata.namespace}`, `${metadata.name}.${metadata.namespace}.svc`].includes(host),
      );
      if (meant === undefined && isKnown(resolved) !== false) return [];
      const what =
        meant === undefined
          ? `Its host ${host} means ${resolved}, which is the name of no Service and no ServiceEntry.`
          : `Its host ${host} is taken as it is, and not as ${hostnameOf(meant)}, so the rule is for no Service.`;
      return [{ subject: subjectOf(rule), reason: what, pairs: [] }];
    });
  },
};

const foreignNamespace: Check = {
  code: 'destination-rule-in-foreign-namespace',
  severity: 'warning',
  meaning:
    "A DestinationRule is in a namespace that is neither the Service's nor the root, and in which no client has a sidecar: nobody looks for it there.",
  remedy: "Put it into the Service's namespace, or into that of the clients it is for.",
  find: (context) =>
    withoutEffect(context)
      .filter(({ foreign }) => foreign)
      .map(({ rule, services }) => ({
        subject: subjectOf(rule),
        reason: `It is for ${listed(services.map(nameOf))}, but namespace ${namespaceOf(rule)} has no client with a sidecar, and others do not look there.`,
        pairs: [],
      })),
};

const withoutClients: Check = {
  code: 'destination-rule-without-effect',
  severity: 'warning',
  meaning: 'No client follows a DestinationRule: it is exported to none, or others for the host come first everywhere.',
  remedy: 'Export it to the namespaces of its clients, put it into the rule that comes first, or leave it out.',
  find: (context) =>
    withoutEffect(context)
      .filter(({ foreign }) => !foreign)
      .map(({ rule, services }) => ({
        subject: subjectOf(rule),
        reason: `It is for ${listed(services.map(nameOf))}, but no namespace with clients follows it${exportWords(rule)}.`,
        pairs: [],
      })),
};

function exportWords({ spec }: DestinationRule): string {
  const { exportTo = [] } = spec;
  return exportTo.length > 0
    ? `: it is exported to ${listed(exportTo)}`
    : ', as each follows another rule for the host';
}

interface WithoutEffect {
  rule: DestinationRule;
  services: readonly Service[];
  /** Whether it is in a namespace in which nobody looks for it. */
  foreign: boolean;
}

/** Returns the rules for Services of the mesh that no client with a sidecar follows. */
function withoutEffect(context: SurveyContext): WithoutEffect[] {
  const { mesh, index, clients } = { ...context.survey, mesh: context.mesh.plane.mesh };
  const homes = new Set(clients.filter(({ sidecar }) => sidecar).map(({ namespace }) => namespace));
  if (homes.size === 0) return [];
  return rulesOf(context).flatMap((rule) => {
    const services = servicesFor(context, rule);
    const follows = services.some((service) => {
      const { rules } = index.byHost(service);
      return [...homes].some((home) =>
        destinationRulesFor(rules, home, service, mesh).some((one) => nameOf(one) === nameOf(rule)),
      );
    });
    if (services.length === 0 || follows) return [];
    const home = namespaceOf(rule);
    const isLookedAt =
      home === mesh.rootNamespace || homes.has(home) || services.some((one) => namespaceOf(one) === home);
    return [{ rule, services, foreign: !isLookedAt }];
  });
}

const mergedAway: Check = {
  code: 'destination-rules-for-one-host',
  severity: 'warning',
  meaning:
    'Several DestinationRules of a namespace are for one host: their subsets add up, but of the settings at the top only those of the oldest count.',
  remedy: 'Put what you mean into one rule for the host.',
  find: (context) => {
    const merged = context.answered.flatMap(({ answer }) =>
      answer.reasons.flatMap(({ rule, object }) => (rule === 'destination-rule.merged' ? (object ?? []) : [])),
    );
    return [...new Set(merged)].flatMap((name): Problem[] => {
      const rule = policyNamed(context, name) as DestinationRule | undefined;
      if (rule?.spec.trafficPolicy === undefined) return [];
      const host = resolveHost(rule.spec.host, namespaceOf(rule));
      const other = rulesOf(context).find(
        (one) =>
          one !== rule &&
          namespaceOf(one) === namespaceOf(rule) &&
          resolveHost(one.spec.host, namespaceOf(one)) === host &&
          one.spec.trafficPolicy !== undefined &&
          !merged.includes(nameOf(one)),
      );
      if (other === undefined || isSame(other.spec.trafficPolicy, rule.spec.trafficPolicy)) return [];
      return [
        {
          subject: subjectOf(rule),
          reason: ignoredWords(context, `Its trafficPolicy for ${rule.spec.host}`, nameOf(other)),
          pairs: pairsDiffering(context, askedBy(context, rule), rule, asOldest(rule)),
        },
      ];
    });
  },
};

const hidesTls: Check = {
  code: 'destination-rule-hides-tls',
  severity: 'warning',
  meaning:
    'A DestinationRule without `tls` hides a wider one with `tls`, or one for all clients, since only one of them counts, and requests come to something else.',
  remedy: 'Repeat the `tls` of the wider rule in it.',
  find: (context) => {
    const silent = context.answered.filter(({ answer }) => cites(answer, ['destination-rule.no-tls']));
    const byRule = Map.groupBy(silent, ({ answer }) => citedRule(answer.reasons));
    return [...byRule].flatMap(([name, answered]) => {
      const rule = policyNamed(context, name) as DestinationRule | undefined;
      // What the rule says of its own TLS, a check of its port settings judges.
      if (rule === undefined || rule.spec.trafficPolicy?.tls !== undefined) return [];
      const then = answersIf(context, rule, undefined);
      const found = differing(answered, then).filter(({ server, sort }) =>
        cites(then(server, sort), ['destination-rule.tls']),
      );
      const [first] = found;
      if (first === undefined) return [];
      const hidden = then(first.server, first.sort).reasons.find((one) => one.rule === 'destination-rule.tls');
      return [
        {
          subject: subjectOf(rule),
          reason: `It sets no TLS mode and comes before ${hidden?.object}, which does.`,
          pairs: pairsOf(found),
        },
      ];
    });
  },
};

function citedRule(reasons: Answered['answer']['reasons']): string | undefined {
  return reasons.find(({ rule }) => rule === 'destination-rule.no-tls')?.object;
}

const portLosesTls: Check = {
  code: 'port-settings-lose-tls',
  severity: 'warning',
  meaning: 'Settings for a port replace all others of a DestinationRule, and without `tls` they lose its `tls`.',
  remedy: 'Repeat `tls` in the settings for the port.',
  find: (context) =>
    rulesOf(context).flatMap((rule) => {
      const { tls, portLevelSettings = [] } = rule.spec.trafficPolicy ?? {};
      const ports = portLevelSettings.filter((one) => one.tls === undefined).map(({ port }) => port.number);
      if (tls === undefined || ports.length === 0) return [];
      const kept = portLevelSettings.map((one) => ({ tls, ...one }));
      const trafficPolicy = { ...rule.spec.trafficPolicy, portLevelSettings: kept };
      const repeated: DestinationRule = { ...rule, spec: { ...rule.spec, trafficPolicy } };
      const then = answersIf(context, rule, repeated);
      const asked = context.answered.filter(({ answer }) =>
        answer.reasons.some(({ object }) => object === nameOf(rule)),
      );
      const found = differing(asked, then);
      if (found.length === 0) return [];
      return [
        {
          subject: subjectOf(rule),
          reason: `Its settings for port ${listed(ports.map(String))} have no tls, and those at the top, ${tls.mode ?? 'DISABLE'}, do not count for it.`,
          pairs: pairsOf(found),
        },
      ];
    }),
};

const credentials: Check = {
  code: 'credential-name-without-workload-selector',
  severity: 'warning',
  meaning:
    'Sidecars follow `credentialName` only in a DestinationRule with a workloadSelector; without one they send plain text.',
  remedy: 'Add a workloadSelector for the clients that may use the credential, or mount the certificates in the pods.',
  find: (context) =>
    rulesOf(context).flatMap((rule) => {
      const name = unusedCredential(rule);
      if (name === undefined || !isSeenBySidecars(context, rule)) return [];
      const followed = context.answered.filter(
        ({ answer, sort }) => sort.role !== 'gateway' && cites(answer, ['destination-rule.tls'], nameOf(rule)),
      );
      return [
        {
          subject: subjectOf(rule),
          reason: `It names credential ${name} for ${rule.spec.host} and has no workloadSelector, so sidecars do not use it, and send plain text.`,
          pairs: pairsOf(followed),
        },
      ];
    }),
};

/** Returns the requests to the Services that a rule is for. */
function askedBy({ answered, survey }: SurveyContext, rule: DestinationRule): Answered[] {
  const servers = survey.servers.map(({ server }) => server);
  const named = new Set(
    servers.filter(({ service, target }) =>
      [service, target].some((one) => survey.index.byHost(one).rules.includes(rule)),
    ),
  );
  return answered.filter(({ server }) => named.has(server));
}

/** Returns whether clients with a sidecar that are no gateways may follow a rule. */
function isSeenBySidecars({ applications }: SurveyContext, rule: DestinationRule): boolean {
  const { exportTo = ['*'] } = rule.spec;
  const home = namespaceOf(rule);
  return applications.some(
    ({ workload }) =>
      hasSidecar(workload) &&
      (exportTo.includes('*') ||
        exportTo.includes(workload.namespace) ||
        (exportTo.includes('.') && workload.namespace === home)),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export const destinationRules: CheckGroup = {
  title: 'DestinationRule',
  needs: ['DestinationRule'],
  checks: [unknownHost, foreignNamespace, withoutClients, mergedAway, hidesTls, portLosesTls, credentials],
};

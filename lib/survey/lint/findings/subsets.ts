import { type DestinationRule, nameOf, selects, type TrafficPolicy } from '../../../model/index.ts';
import { isAlike, listed, pairsOf, rulesOf, servicesFor, subjectOf } from '../context.ts';
import type { Check, CheckGroup } from '../finding.ts';
import { askSubset, routedToSubsets } from '../subsets.ts';

const emptySubset: Check = {
  code: 'subset-matches-nothing',
  severity: 'note',
  meaning: 'No pod of the Service has the labels of a subset; requests that are routed to it would get 503.',
  remedy: 'Correct the labels of the subset, or leave it out.',
  find: (context) =>
    rulesOf(context).flatMap((rule) => {
      const [service, ...others] = servicesFor(context, rule);
      if (service === undefined || others.length > 0) return [];
      const servers = context.survey.servers.filter(({ server }) => server.target === service);
      const pods = servers.flatMap(({ server }) => server.endpoints.map(({ workload }) => workload));
      if (pods.length === 0) return [];
      const empty = (rule.spec.subsets ?? []).filter(
        ({ labels }) => !pods.some((workload) => selects(labels, workload.labels)),
      );
      if (empty.length === 0) return [];
      const names = listed(empty.map(({ name }) => name));
      return [
        {
          subject: subjectOf(rule),
          reason: `No pod of ${nameOf(service)} has the labels of subset ${names}.`,
          pairs: [],
        },
      ];
    }),
};

const losesTls: Check = {
  code: 'subset-settings-lose-tls',
  severity: 'warning',
  meaning:
    'Settings of a subset lose the `tls` of the rule: those for a port, which replace all others, and before 1.8 any that have no `tls`.',
  remedy: 'Repeat `tls` in the settings of the subset.',
  find: (context) => {
    const routed = routedToSubsets(context);
    return rulesOf(context).flatMap((rule) => {
      const { trafficPolicy, subsets = [] } = rule.spec;
      const names = subsets.filter((subset) => isSilent(subset.trafficPolicy)).map(({ name }) => name);
      if (trafficPolicy?.tls === undefined || names.length === 0) return [];
      const kept = withTls(rule, trafficPolicy.tls);
      const differing = routed.filter((one) => {
        if (!names.includes(one.subset) || !context.survey.index.byHost(one.server.target).rules.includes(rule))
          return false;
        const [now] = askSubset(context, one);
        const [then] = askSubset(context, one, (other) => (other === rule ? kept : other));
        return now !== undefined && then !== undefined && !isAlike(now.answer, then.answer);
      });
      if (differing.length === 0) return [];
      const lost = listed(differing.map(({ subset }) => subset));
      return [
        {
          subject: subjectOf(rule),
          reason: `What it sets for subset ${lost} has no tls, and its own, ${trafficPolicy.tls.mode ?? 'DISABLE'}, does not count there.`,
          pairs: pairsOf(differing),
        },
      ];
    });
  },
};

/** Returns whether settings of a subset leave out `tls`, those for a port too. */
function isSilent(policy: TrafficPolicy | undefined): boolean {
  if (policy === undefined) return false;
  return [policy, ...(policy.portLevelSettings ?? [])].some(({ tls }) => tls === undefined);
}

/** Returns a rule with its TLS in all settings of subsets that have none. */
function withTls(rule: DestinationRule, tls: NonNullable<TrafficPolicy['tls']>): DestinationRule {
  const subsets = (rule.spec.subsets ?? []).map((subset) => {
    if (subset.trafficPolicy === undefined) return subset;
    const { portLevelSettings, ...policy } = { tls, ...subset.trafficPolicy };
    const ports = portLevelSettings?.map((one) => ({ tls: policy.tls, ...one }));
    return { ...subset, trafficPolicy: { ...policy, ...(ports !== undefined && { portLevelSettings: ports }) } };
  });
  return { ...rule, spec: { ...rule.spec, subsets } };
}

export const subsets: CheckGroup = {
  title: 'Subsets',
  needs: ['DestinationRule', 'VirtualService'],
  checks: [losesTls, emptySubset],
};

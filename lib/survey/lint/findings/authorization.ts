import {
  type AuthorizationPolicy,
  canRefuse,
  hasSidecar,
  nameOf,
  type RuleId,
  rulesOf,
  selects,
  type Workload,
} from '../../../model/index.ts';
import type { Client } from '../../pairs/clients.ts';
import { namespaceOf, objectsOf } from '../../snapshot.ts';
import { type Answered, answersPlain, listed, pairsOf, policiesOf, type SurveyContext, subjectOf } from '../context.ts';
import type { Check, CheckGroup } from '../finding.ts';

type Rule = NonNullable<NonNullable<AuthorizationPolicy['spec']>['rules']>[number];

/** Who a rule is for: identities, each by a pattern, and whether it is for those that are not so. */
interface Identities {
  principals: readonly string[];
  namespaces: readonly string[];
  accounts: readonly string[];
  negative: boolean;
}

const passedBy: Check = {
  code: 'authorization-passed-by-plain-text',
  severity: 'warning',
  meaning:
    'An AuthorizationPolicy denies identities, or allows all but some, where plain text is accepted: requests in plain text have no identity and get past it.',
  remedy: 'Set STRICT for the workload, or deny plain text: DENY with `notPrincipals: ["*"]`.',
  find: (context) =>
    acting(context).flatMap((policy) => {
      const { action = 'ALLOW', rules = [] } = policy.spec ?? {};
      const isPassed = (identities: Identities): boolean =>
        action === 'DENY'
          ? isPositive(identities)
          : action === 'ALLOW' && identities.negative && !isPositive(identities);
      if (!rules.flatMap(sourcesOf).some(isPassed)) return [];
      const plain = answeredAt(context, policy, (workload) => letsPlainTextIn(context, workload)).filter(({ answer }) =>
        answersPlain(answer),
      );
      if (plain.length === 0) return [];
      const servers = listed(plain.map(({ server }) => nameOf(server.target)));
      return [
        {
          subject: subjectOf(policy),
          reason: `It ${action === 'DENY' ? 'denies' : 'allows all but some'} identities, but plain text, which has none, is taken by ${servers}.`,
          pairs: pairsOf(plain),
        },
      ];
    }),
};

const neverSeen: Check = {
  code: 'authorization-identity-never-seen',
  severity: 'warning',
  meaning:
    'An AuthorizationPolicy allows a client by its identity, but its requests come in plain text, have no identity, and are refused.',
  remedy: 'Give the client a sidecar, or remove what makes it send plain text.',
  find: (context) =>
    acting(context).flatMap((policy) => {
      const { action = 'ALLOW', rules = [] } = policy.spec ?? {};
      const named = action === 'ALLOW' ? rules.flatMap(sourcesOf).filter(isPositive) : [];
      if (named.length === 0) return [];
      const plain = answeredAt(context, policy, (workload) => !letsPlainTextIn(context, workload))
        .filter(({ answer }) => answer.result === 'plain' || isRefusedAsPlain(answer))
        .map((one) => ({
          ...one,
          clients: one.clients.filter((client) =>
            named.some((who) => isNamed(context, who, { client, home: namespaceOf(policy) })),
          ),
        }))
        .filter(({ clients }) => clients.length > 0);
      const [first] = plain;
      if (first === undefined) return [];
      const who = listed(
        plain.flatMap(({ clients }) => clients.map(({ namespace, account }) => `${namespace}/${account}`)),
      );
      return [
        {
          subject: subjectOf(policy),
          reason: `It allows ${who} by identity, but what they send to ${nameOf(first.server.target)} is plain text, which has none.`,
          pairs: pairsOf(plain),
        },
      ];
    }),
};

const unknownNames: Check = {
  code: 'authorization-names-unknown',
  severity: 'warning',
  meaning: 'An AuthorizationPolicy names a namespace that is not there, or an account as which no pod runs.',
  remedy: 'Correct the name, or leave it out.',
  needs: ['Namespace'],
  find: (context) => {
    const isUnknown = unknownIn(context);
    return readable(context).flatMap((policy) => {
      const named = (policy.spec?.rules ?? []).flatMap(sourcesOf);
      const names = named.flatMap(({ principals, namespaces }) => [
        ...principals.flatMap((one) => /^[^/]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(one)?.slice(1).join('/') ?? []),
        ...namespaces.filter((one) => !one.includes('*')),
      ]);
      const unknown = [...new Set(names)].filter(isUnknown);
      if (unknown.length === 0) return [];
      const words = unknown.map((name) =>
        name.includes('/') ? `account ${name}, as which no pod runs` : `namespace ${name}, which is not there`,
      );
      return [{ subject: subjectOf(policy), reason: `It names ${listed(words)}.`, pairs: [] }];
    });
  },
};

/** Returns what says whether a namespace, or an account as `namespace/name`, is nobody's. Manifests need not have all. */
function unknownIn({ mesh }: SurveyContext): (name: string) => boolean {
  const accounts = new Set(mesh.workloads.map(({ workload }) => `${workload.namespace}/${workload.serviceAccount}`));
  const populated = new Set(mesh.workloads.map(({ workload }) => workload.namespace));
  const namespaces = new Set(objectsOf(mesh.snapshot, 'Namespace').map(({ metadata }) => metadata.name));
  const isWhole = mesh.snapshot.source === 'cluster';
  return (name) => {
    const [namespace = '', account] = name.split('/');
    const isThere = namespaces.has(namespace) || populated.has(namespace);
    if (account === undefined || !isThere) return isWhole && !isThere;
    return populated.has(namespace) && !accounts.has(name);
  };
}

/** Returns the policies that an API server would take. */
function readable(context: SurveyContext): AuthorizationPolicy[] {
  return policiesOf<AuthorizationPolicy>(context, 'AuthorizationPolicy').filter(
    (policy) => rulesOf(policy) !== undefined,
  );
}

function acting(context: SurveyContext): AuthorizationPolicy[] {
  const { release } = context.mesh.plane.mesh;
  return readable(context).filter((policy) => canRefuse(policy, release));
}

/** Returns the requests to workloads with a sidecar on which a policy acts. */
function answeredAt(
  context: SurveyContext,
  policy: AuthorizationPolicy,
  isMeant: (workload: Workload) => boolean,
): Answered[] {
  const servers = new Set(
    context.survey.servers
      .map(({ server }) => server)
      .filter(({ endpoints }) =>
        endpoints.some(({ workload }) => actsOn(context, policy, workload) && isMeant(workload)),
      ),
  );
  return context.answered.filter(({ server }) => servers.has(server));
}

function actsOn({ mesh }: SurveyContext, policy: AuthorizationPolicy, workload: Workload): boolean {
  const isNear = [workload.namespace, mesh.plane.mesh.rootNamespace].includes(namespaceOf(policy));
  return hasSidecar(workload) && isNear && selects(policy.spec?.selector?.matchLabels, workload.labels);
}

/** Returns whether the policies that allow something at a workload let some request in that has no identity. */
function letsPlainTextIn(context: SurveyContext, workload: Workload): boolean {
  const allowing = acting(context).filter(
    (policy) => (policy.spec?.action ?? 'ALLOW') === 'ALLOW' && actsOn(context, policy, workload),
  );
  if (allowing.length === 0) return true;
  return allowing.some(({ spec }) =>
    (spec?.rules ?? []).some((rule) => {
      const sources = sourcesOf(rule);
      return sources.length === 0 || sources.some((one) => !isPositive(one));
    }),
  );
}

function isRefusedAsPlain({ reasons }: Answered['answer']): boolean {
  return reasons.some(({ rule }) => rule === ('result.plain-text-denied' satisfies RuleId));
}

/** Returns who a rule is for, one for each source; none if it does not ask. */
function sourcesOf({ from = [], when = [] }: Rule): Identities[] {
  const asked = (key: string, field: 'values' | 'notValues'): string[] =>
    when.filter((one) => one.key === key).flatMap((one) => one[field] ?? []);
  const conditions = {
    principals: asked('source.principal', 'values'),
    namespaces: asked('source.namespace', 'values'),
    accounts: asked('source.serviceAccount', 'values'),
    negative: when.some(
      ({ key, notValues = [] }) => key.startsWith('source.') && key !== 'source.ip' && notValues.length > 0,
    ),
  };
  const sources: NonNullable<Rule['from']> = from.length === 0 ? [{}] : from;
  return sources
    .map(({ source = {} }) => ({
      principals: [...(source.principals ?? []), ...conditions.principals],
      namespaces: [...(source.namespaces ?? []), ...conditions.namespaces],
      accounts: [...(source.serviceAccounts ?? []), ...conditions.accounts],
      negative:
        conditions.negative ||
        [source.notPrincipals, source.notNamespaces, source.notServiceAccounts].some((one) => (one ?? []).length > 0),
    }))
    .filter((one) => from.length > 0 || one.negative || isPositive(one));
}

function isPositive({ principals, namespaces, accounts }: Identities): boolean {
  return [...principals, ...namespaces, ...accounts].length > 0;
}

/** Returns whether a client is meant by name: `*` alone is anybody with an identity, and names nobody. */
function isNamed(
  { mesh }: SurveyContext,
  who: Identities,
  { client, home }: { client: Client; home: string },
): boolean {
  const { namespace, account, outsider } = client;
  if (outsider) return false;
  const ids = [mesh.plane.mesh.trustDomain, 'cluster.local'].map((domain) => `${domain}/ns/${namespace}/sa/${account}`);
  return (
    who.principals.some((pattern) => pattern !== '*' && ids.some((id) => matches(pattern, id))) ||
    who.namespaces.some((pattern) => pattern !== '*' && matches(pattern, namespace)) ||
    who.accounts.some((one) => (one.includes('/') ? one : `${home}/${one}`) === `${namespace}/${account}`)
  );
}

/** Istio's patterns are exact, or have one `*` at an end. */
function matches(pattern: string, text: string): boolean {
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

export const authorization: CheckGroup = {
  title: 'AuthorizationPolicy',
  needs: ['AuthorizationPolicy'],
  checks: [passedBy, neverSeen, unknownNames],
};

import { z } from 'zod';
import { holds } from '../rules/rules.ts';
import type { Mesh } from '../types.ts';
import { isLike } from '../world/name.ts';
import { atLeast } from '../world/release.ts';

/** A rule of an AuthorizationPolicy. Each list has its opposite: `notPaths` are paths for which it is not. */
export interface AuthorizationRule {
  from?: { source?: Lists<'principals' | 'namespaces' | 'serviceAccounts' | IpList | 'requestPrincipals'> }[];
  to?: { operation?: Lists<'hosts' | 'ports' | 'methods' | 'paths'> }[];
  when?: { key: string; values?: string[]; notValues?: string[] }[];
}

type IpList = 'ipBlocks' | 'remoteIpBlocks';
type Lists<Field extends string> = Partial<Record<Field | `not${Capitalize<Field>}`, string[]>>;

const values = z
  .array(z.union([z.string(), z.number()]).transform(String))
  .nullish()
  .transform((listed) => listed ?? []);
const lists = z.record(z.string(), values).nullish();
const ruleSchema = z.object({
  from: z.array(z.object({ source: lists })).nullish(),
  to: z.array(z.object({ operation: lists })).nullish(),
  when: z.array(z.object({ key: z.string(), values, notValues: values })).nullish(),
});

/** A rule as sidecars go by it: one of the sources, one of the operations, and all conditions must be met. */
export interface ReadRule {
  sources: Condition[][];
  operations: Condition[][];
  when: Condition[];
}

interface Condition {
  key: string;
  values: string[];
  notValues: string[];
}

/** Returns rules as sidecars go by them; undefined if an API server would refuse them. istiod skips a rule that is null. */
export function readRules(rules: unknown): ReadRule[] | undefined {
  const { success, data } = z.array(ruleSchema.nullable()).nullish().safeParse(rules);
  if (!success) return undefined;
  return (data ?? []).flatMap((rule) => {
    if (rule === null) return [];
    const { from, to, when } = rule;
    return {
      sources: (from ?? []).map(({ source }) => conditionsIn(source ?? {})),
      operations: (to ?? []).map(({ operation }) => conditionsIn(operation ?? {})),
      when: (when ?? []).filter(isAsked),
    };
  });
}

/** What a server's sidecar sees of requests, whatever is asked. */
export interface SeenRequest {
  /** The client's SPIFFE ID; absent in plain text. */
  identity?: string;
  /** The port of the pod. */
  port: number;
  /** Whether the sidecar reads HTTP; otherwise it passes on bytes. */
  isHttp: boolean;
}

/** Whether a rule is for requests: for all, for none, or for some. */
export type Fit = 'yes' | 'no' | 'maybe';

interface RuleContext {
  mesh: Pick<Mesh, 'release' | 'trustDomain' | 'trustDomainAliases'>;
  /** The policy's own. */
  namespace: string;
  /** Whether what bytes do not have makes a rule be for none (ALLOW), or is left out of it (DENY and CUSTOM). */
  narrows: boolean;
}

const SERVICE_ACCOUNT = 'source.serviceAccount';

/** The condition that each field of a source or an operation is the same as. */
const keys: Readonly<Record<string, string>> = {
  principals: 'source.principal',
  namespaces: 'source.namespace',
  serviceAccounts: SERVICE_ACCOUNT,
  ipBlocks: 'source.ip',
  remoteIpBlocks: 'remote.ip',
  requestPrincipals: 'request.auth.principal',
  ports: 'destination.port',
  hosts: 'request.host',
  methods: 'request.method',
  paths: 'request.path',
};

/**
 * Returns whether a rule is for requests.
 * istio/istio pilot/pkg/security/authz/model/model.go, New and checkError.
 */
export function fitOf({ sources, operations, when }: ReadRule, request: SeenRequest, context: RuleContext): Fit {
  const asksHttp = !request.isHttp && [...sources, ...operations, when].flat().some(isHttpOnly);
  // Before 1.6 not the whole rule went, but the source or the operation.
  if (asksHttp && !atLeast(context.mesh.release, '1.6')) return 'maybe';
  if (asksHttp && context.narrows) return 'no';
  const allOf = (conditions: Condition[]): Fit => every(conditions.map((one) => fitOfCondition(one, request, context)));
  return every([
    ...(sources.length === 0 ? [] : [some(sources.map(allOf))]),
    ...(operations.length === 0 ? [] : [some(operations.map(allOf))]),
    allOf(when),
  ]);
}

/** Returns the conditions of a source or an operation. */
function conditionsIn(fields: Readonly<Record<string, string[]>>): Condition[] {
  return Object.entries(fields)
    .map(([field, listed]) => {
      const positive = field.replace(/^not([A-Z])/, (_, first: string) => first.toLowerCase());
      const key = keys[positive] ?? positive;
      return positive === field ? { key, values: listed, notValues: [] } : { key, values: [], notValues: listed };
    })
    .filter(isAsked);
}

/** Lists that are empty ask nothing. */
function isAsked({ values: positive, notValues: negative }: Condition): boolean {
  return positive.length + negative.length > 0;
}

/** Returns whether a rule looks at who the client is, and whether it does so by its account, which older releases cannot. */
export function reading({ sources, when }: ReadRule): { identity: boolean; account: boolean } {
  const read = [...sources.flat(), ...when].map(({ key }) => key);
  const account = read.includes(SERVICE_ACCOUNT);
  return { identity: account || read.includes('source.principal') || read.includes('source.namespace'), account };
}

/** The beginning of keys that bytes do not have. */
const HTTP_ONLY = 'request.';

function isHttpOnly({ key }: Condition): boolean {
  return key.startsWith(HTTP_ONLY);
}

function fitOfCondition(
  { key, values: positive, notValues: negative }: Condition,
  request: SeenRequest,
  context: RuleContext,
): Fit {
  if (!request.isHttp && key.startsWith(HTTP_ONLY)) return 'yes';
  const match = matcherOf(key, request, context);
  return every([
    ...(positive.length === 0 ? [] : [some(positive.map(match))]),
    ...(negative.length === 0 ? [] : [opposite(some(negative.map(match)))]),
  ]);
}

/** Returns whether requests have one of a condition's values. */
function matcherOf(
  key: string,
  { identity, port }: SeenRequest,
  { mesh, namespace }: RuleContext,
): (value: string) => Fit {
  const ofIdentity =
    (fits: (value: string, identity: string) => Fit) =>
    (value: string): Fit =>
      identity === undefined ? 'no' : fits(value, identity);
  switch (key) {
    case 'source.principal':
      return ofIdentity((value, own) => fitOfPrincipal(value, own, mesh));
    case 'source.namespace':
      return ofIdentity((value, own) => yesOrNo(isLike(`*/ns/${value}/*`, own)));
    case SERVICE_ACCOUNT:
      return holds('result.account-denied', mesh.release)
        ? ofIdentity((value, own) => yesOrNo(own.endsWith(accountPath(value, namespace))))
        : () => 'maybe';
    case 'destination.port':
      return (value) => yesOrNo(Number(value) === port);
    default:
      return () => 'maybe';
  }
}

/** istio/istio pilot/pkg/security/authz/model/generator.go, serviceAccountRegex: no `*` stands for anything. */
function accountPath(value: string, namespace: string): string {
  return `/ns/${value.includes('/') ? value.replace('/', '/sa/') : `${namespace}/sa/${value}`}`;
}

/**
 * A principal is a SPIFFE ID without its scheme. `*` stands for anything at its beginning or at its end, but not both;
 * `cluster.local` and the mesh's own trust domains stand for each other.
 * istio/istio pilot/pkg/security/authz/matcher/string.go; pilot/pkg/security/trustdomain/bundle.go and util.go.
 */
function fitOfPrincipal(
  value: string,
  identity: string,
  { trustDomain, trustDomainAliases = [] }: RuleContext['mesh'],
): Fit {
  if (value === '*') return 'yes';
  const [domain = '', ...path] = value.split('/');
  const isOwn = ['cluster.local', trustDomain, ...trustDomainAliases].some(
    (one) => isLike(domain, one) || isLike(one, domain),
  );
  const named = path.length === 4 && domain !== '*' && isOwn ? [trustDomain, ...path].join('/') : value;
  const own = identity.replace(/^spiffe:\/\//, '');
  // Another * after the first was a regular expression up to 1.28.
  if (named.startsWith('*')) return named.includes('*', 1) ? 'maybe' : yesOrNo(own.endsWith(named.slice(1)));
  return yesOrNo(named.endsWith('*') ? own.startsWith(named.slice(0, -1)) : own === named);
}

function yesOrNo(is: boolean): Fit {
  return is ? 'yes' : 'no';
}

function every(fits: readonly Fit[]): Fit {
  if (fits.includes('no')) return 'no';
  return fits.includes('maybe') ? 'maybe' : 'yes';
}

function some(fits: readonly Fit[]): Fit {
  return opposite(every(fits.map(opposite)));
}

function opposite(fit: Fit): Fit {
  if (fit === 'maybe') return 'maybe';
  return fit === 'yes' ? 'no' : 'yes';
}

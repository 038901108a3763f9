import { holds } from '../rules/rules.ts';
import type { Mesh } from '../types.ts';

/** A rule of an AuthorizationPolicy. Each list has its opposite: `notPaths` are paths for which it is not. */
export interface AuthorizationRule {
  from?: { source?: Lists<'principals' | 'namespaces' | 'serviceAccounts' | IpList | 'requestPrincipals'> }[];
  to?: { operation?: Lists<'hosts' | 'ports' | 'methods' | 'paths'> }[];
  when?: Condition[];
}

type IpList = 'ipBlocks' | 'remoteIpBlocks';
type Lists<Field extends string> = Partial<Record<Field | `not${Capitalize<Field>}`, string[]>>;

interface Condition {
  key: string;
  values?: string[];
  notValues?: string[];
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
 * Returns whether a rule is for requests: one of its sources, one of its operations and all its conditions must be.
 * istio/istio pilot/pkg/security/authz/model/model.go, New and checkError.
 */
export function fitOf(
  { from = [], to = [], when = [] }: AuthorizationRule,
  request: SeenRequest,
  context: RuleContext,
): Fit {
  const sources = from.map(({ source = {} }) => conditionsIn(source));
  const operations = to.map(({ operation = {} }) => conditionsIn(operation));
  const all = [...sources, ...operations, when].flat();
  if (context.narrows && !request.isHttp && all.some(isHttpOnly)) return 'no';
  const allOf = (conditions: Condition[]): Fit => every(conditions.map((one) => fitOfCondition(one, request, context)));
  return every([
    ...(sources.length === 0 ? [] : [some(sources.map(allOf))]),
    ...(operations.length === 0 ? [] : [some(operations.map(allOf))]),
    allOf(when),
  ]);
}

/** Returns the conditions of a source or an operation. */
function conditionsIn(fields: Lists<string>): Condition[] {
  return Object.entries(fields).map(([field, listed = []]) => {
    const positive = field.replace(/^not([A-Z])/, (_, first: string) => first.toLowerCase());
    const key = keys[positive] ?? positive;
    return positive === field ? { key, values: listed } : { key, notValues: listed };
  });
}

/** Returns whether a rule looks at who the client is, and whether it does so by its account, which older releases cannot. */
export function reading({ from = [], when = [] }: AuthorizationRule): { identity: boolean; account: boolean } {
  const read = [...from.flatMap(({ source = {} }) => conditionsIn(source)), ...when].map(({ key }) => key);
  const account = read.includes(SERVICE_ACCOUNT);
  return { identity: account || read.includes('source.principal') || read.includes('source.namespace'), account };
}

function isHttpOnly({ key }: Condition): boolean {
  return key.startsWith('request.');
}

function fitOfCondition(
  { key, values = [], notValues = [] }: Condition,
  request: SeenRequest,
  context: RuleContext,
): Fit {
  if (!request.isHttp && isHttpOnly({ key })) return 'yes';
  const match = matcherOf(key, request, context);
  return every([
    ...(values.length === 0 ? [] : [some(values.map(match))]),
    ...(notValues.length === 0 ? [] : [opposite(some(notValues.map(match)))]),
  ]);
}

/** Returns whether requests have one of a condition's values. */
function matcherOf(
  key: string,
  { identity, port }: SeenRequest,
  { mesh, namespace }: RuleContext,
): (value: string) => Fit {
  const ofIdentity =
    (patternOf: (value: string) => string) =>
    (value: string): Fit =>
      yesOrNo(identity !== undefined && isLike(patternOf(value), identity));
  switch (key) {
    case 'source.principal':
      return ofIdentity((value) => principalPattern(value, mesh));
    case 'source.namespace':
      return ofIdentity((value) => `*/ns/${value}/*`);
    case SERVICE_ACCOUNT:
      return holds('result.account-denied', mesh.release)
        ? ofIdentity(
            (value) => `spiffe://*/ns/${value.includes('/') ? value.replace('/', '/sa/') : `${namespace}/sa/${value}`}`,
          )
        : () => 'maybe';
    case 'destination.port':
      return (value) => yesOrNo(Number(value) === port);
    default:
      return () => 'maybe';
  }
}

/**
 * A principal is a SPIFFE ID without its scheme; `cluster.local` and the mesh's own trust domains stand for each other.
 * istio/istio pilot/pkg/security/authz/matcher/string.go; pilot/pkg/security/trustdomain/bundle.go.
 */
function principalPattern(value: string, { trustDomain, trustDomainAliases = [] }: RuleContext['mesh']): string {
  if (value === '*') return '*';
  const [domain = '', ...path] = value.split('/');
  const isOwn = ['cluster.local', trustDomain, ...trustDomainAliases].some((one) => isLike(domain, one));
  return `spiffe://${path.length === 4 && domain !== '*' && isOwn ? [trustDomain, ...path].join('/') : value}`;
}

/** Returns whether a text is like a pattern, in which `*` stands for anything. */
function isLike(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let rest = text.slice(first.length, text.length - last.length);
  for (const part of others) {
    const at = rest.indexOf(part);
    if (at === -1) return false;
    rest = rest.slice(at + part.length);
  }
  return true;
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

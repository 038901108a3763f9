import { hasSidecar, nameOf, type Reason, type Workload, workloadName } from '../../model/index.ts';
import { type Answer, usual } from '../pairs/answers.ts';
import { type Answered, type SurveyContext, shortened } from './context.ts';
import { askSubset, type Routed, routedToSubsets } from './subsets.ts';

/** A request of a client with a sidecar that is refused, and why. */
export interface Refusal extends Answered {
  cause: Cause;
  /** The object, or the pods, by whose doing it is refused. */
  subject: string;
  /** What sends the request as it is, and what refuses it. */
  reason: string;
}

/** Why a request of a client with a sidecar is refused. Each is the code of a finding. */
export type Cause =
  | 'istio-mutual-without-sidecar'
  | 'mutual-tls-against-disable'
  | 'disable-against-strict'
  | 'simple-tls-to-sidecar'
  | 'subject-alt-names-mismatch'
  | 'strict-under-disable'
  | 'auto-mtls-off-under-strict'
  | 'pass-through-plain-text'
  | 'external-name-plain-text'
  | 'sidecar-not-announced'
  | 'headless-target-port'
  | 'sidecar-own-port'
  | 'routed-subset-undefined'
  | 'routed-subset-empty'
  | 'sidecar-hides-service'
  | 'service-not-exported';

/** What the server's side says of plain text that it does not take. */
const plainRefused = [
  'result.plain-text-refused',
  'result.plain-text-reset',
  'result.plain-text-ended',
  'result.plain-text-denied',
];
const mutualRefused = ['result.mutual-tls-refused'];

const ruled = [
  'destination-rule.tls',
  'destination-rule.port-without-tls',
  'destination-rule.other-mode-marks',
  'destination-rule.subset-inherits-mark',
  'destination-rule.subset-of-endpoint',
];

/** The rules of the model by which a client's side sends what the server's side refuses; the first that fits is the cause. */
const causes: readonly { cause: Cause; sends: readonly string[]; refuses: readonly string[] }[] = [
  { cause: 'sidecar-own-port', sends: ['sidecar.own-port'], refuses: mutualRefused },
  {
    cause: 'sidecar-hides-service',
    sends: ['scope.workload', 'scope.namespace', 'scope.root'],
    refuses: plainRefused,
  },
  { cause: 'service-not-exported', sends: ['scope.not-exported'], refuses: plainRefused },
  { cause: 'routed-subset-undefined', sends: ['destination-rule.unknown-subset'], refuses: [] },
  { cause: 'routed-subset-empty', sends: ['destination-rule.empty-subset'], refuses: [] },
  { cause: 'simple-tls-to-sidecar', sends: ruled, refuses: ['result.other-tls-refused'] },
  { cause: 'subject-alt-names-mismatch', sends: ruled, refuses: ['result.other-identity'] },
  { cause: 'disable-against-strict', sends: ruled, refuses: plainRefused },
  { cause: 'mutual-tls-against-disable', sends: ruled, refuses: mutualRefused },
  { cause: 'external-name-plain-text', sends: ['external-name.external'], refuses: plainRefused },
  { cause: 'auto-mtls-off-under-strict', sends: ['auto-mtls.off'], refuses: plainRefused },
  { cause: 'strict-under-disable', sends: ['auto-mtls.disabled-scope'], refuses: plainRefused },
  {
    cause: 'pass-through-plain-text',
    sends: ['auto-mtls.pass-through-mixed', 'auto-mtls.pass-through-plain', 'auto-mtls.pass-through-left-out'],
    refuses: plainRefused,
  },
  { cause: 'sidecar-not-announced', sends: ['auto-mtls.endpoint-without-sidecar'], refuses: plainRefused },
  {
    cause: 'mutual-tls-against-disable',
    sends: [
      'auto-mtls.endpoint-with-sidecar',
      'auto-mtls.pass-through-all-sidecars',
      'auto-mtls.pass-through-unseen',
      'auto-mtls.balanced-unseen',
    ],
    refuses: mutualRefused,
  },
  { cause: 'headless-target-port', sends: [], refuses: ['result.nothing-listens'] },
];

/** Returns every request of clients with a sidecar that is refused, with its cause; also of those routed to a subset. */
export function refusalsIn(context: SurveyContext): Refusal[] {
  return [...context.answered, ...routedToSubsets(context).flatMap((one) => askSubset(context, one))]
    .filter(({ sort, answer }) => hasSidecar(sort.workload) && refusing(answer).length > 0)
    .flatMap((one) => refusalOf(context, one) ?? []);
}

function refusing(answer: Answer): ReturnType<typeof usual> {
  if (answer.result === 'unknown' || answer.result === 'none') return [];
  return usual(answer).filter(({ outcome }) => outcome.kind !== 'mtls' && outcome.kind !== 'plain');
}

function refusalOf(context: SurveyContext, answered: Answered & Partial<Routed>): Refusal | undefined {
  const { reasons } = answered.answer;
  const by = (rules: readonly string[]): Reason | undefined => reasons.find(({ rule }) => rules.includes(rule));
  const found = causes.find(
    ({ sends, refuses }) =>
      (sends.length === 0 || by(sends) !== undefined) && (refuses.length === 0 || by(refuses) !== undefined),
  );
  // A port past its sidecar is a finding of its own, and no matter of a policy.
  if (by(['sidecar.port-past']) !== undefined) return undefined;
  if (found === undefined) return undefined;
  const sent = by(found.sends);
  const refused = by(found.refuses);
  const bare = bareAt(answered);
  const cause = found.cause === 'mutual-tls-against-disable' && bare !== undefined ? withoutSidecar : found.cause;
  const refusing = cause === withoutSidecar ? `${workloadName(bare as Workload)} has no sidecar` : refused?.text;
  const but = cause === 'sidecar-own-port' ? 'clients with a sidecar send mutual TLS to it' : refusing;
  const reason = [sent?.text, but].flatMap((text) => (text === undefined ? [] : [shortened(text)])).join(', but ');
  return { ...answered, cause, subject: subjectIn(context, answered, cause, sent), reason: `${reason}.` };
}

const withoutSidecar = 'istio-mutual-without-sidecar';

/** Returns a workload without a sidecar of those by which requests are refused. */
function bareAt({ server, answer }: Answered): Workload | undefined {
  const refusers = new Set(refusing(answer).flatMap(({ endpoints }) => endpoints));
  const bare = server.endpoints.find(({ workload }) => !hasSidecar(workload) && refusers.has(workloadName(workload)));
  return bare?.workload;
}

/** The policies of which a mode may come, the narrowest first. */
const modes = [
  'peer-authentication.port',
  'peer-authentication.workload',
  'peer-authentication.namespace',
  'peer-authentication.mesh',
];

function subjectIn(
  context: SurveyContext,
  answered: Answered & Partial<Routed>,
  cause: Cause,
  sent: Reason | undefined,
): string {
  const { server, answer } = answered;
  const service = nameOf(server.target);
  const policies = modes.flatMap((rule) => answer.reasons.filter((one) => one.rule === rule));
  const [policy] = policies;
  if (cause === 'routed-subset-undefined' || cause === 'routed-subset-empty') return answered.route ?? service;
  if (cause === 'external-name-plain-text') return nameOf(server.service);
  if (cause === 'strict-under-disable' || cause === 'auto-mtls-off-under-strict') return policy?.object ?? service;
  if (cause === 'sidecar-not-announced') {
    const found = context.mesh.workloads.find(
      ({ workload }) => server.endpoints.some((one) => one.workload === workload) && isUnannounced(workload),
    );
    return found === undefined ? service : `${found.kind} ${workloadName(found.workload)}`;
  }
  if (sent?.object !== undefined) return sent.object;
  // What auto mTLS itself does, it does because of a policy that it does not look at, or of the Service.
  return cause === 'mutual-tls-against-disable' ? (policy?.object ?? service) : service;
}

/** Returns whether pods have a sidecar, and do not announce mutual TLS. */
export function isUnannounced(workload: Workload): boolean {
  const label = workload.labels['security.istio.io/tlsMode'];
  return hasSidecar(workload) && label !== undefined && label !== 'istio';
}

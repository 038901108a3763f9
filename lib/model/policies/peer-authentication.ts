import type { Reason } from '../expected.ts';
import { labelText, reason, workloadName } from '../reason.ts';
import { holds } from '../rules/rules.ts';
import type { MeshRoot, MtlsMode, PeerAuthentication } from '../types.ts';
import { byAge, byAgeAndJoinedName } from '../world/age.ts';
import { selects } from '../world/labels.ts';
import { nameOf } from '../world/name.ts';

/** What a server accepts, after inheritance is resolved. */
export type ServerMode = Exclude<MtlsMode, 'UNSET'>;

/** A mode, and the reasons for it. */
export interface ModeVerdict {
  mode: ServerMode;
  reasons: Reason[];
}

type Level = 'mesh' | 'namespace' | 'workload';

interface ServerPods {
  name: string;
  namespace: string;
  labels: Record<string, string>;
}

const meaning: Record<ServerMode, string> = {
  DISABLE: 'plain text alone is taken',
  PERMISSIVE: 'mutual TLS and plain text are accepted',
  STRICT: 'plain text is reset',
};

/**
 * Returns the mode in which the pods' sidecar serves one of their ports (the pod's port, not the Service's). The port's
 * mode takes precedence, then the workload's, the namespace's and the mesh's. UNSET inherits, only the oldest policy of
 * a level counts, and without any policy the mode is PERMISSIVE.
 * istio/istio pilot/pkg/security/authn/policy_applier.go, ComposePeerAuthentication.
 * @param declared whether a Service declares the port; only releases before 1.9 make a difference
 */
export function peerMode(
  policies: PeerAuthentication[],
  scope: MeshRoot,
  pods: ServerPods,
  port: number,
  declared = true,
): ModeVerdict & { applies: boolean } {
  const workload = candidates(policies, 'workload', scope, pods.namespace, pods.labels);
  const wide = scopeMode(policies, scope, pods.namespace);
  const own = modeOf(workload[0]);
  const [policy] = workload;
  const chain =
    policy === undefined ? [] : [own === undefined ? inherits(policy, port) : sets(policy, 'workload', own)];
  const base: ModeVerdict = {
    mode: own ?? wide?.mode ?? 'PERMISSIVE',
    reasons: own === undefined ? [...chain, ...(wide?.reasons ?? [noPolicy(pods)])] : chain,
  };
  const portMode = resolved(policy?.spec?.portLevelMtls?.[String(port)]?.mode);
  const ignored = !declared && holds('peer-authentication.port-undeclared', scope.release);
  const isByPort = policy !== undefined && portMode !== undefined;
  const verdict = isByPort && !ignored ? byPort(policy, port, portMode) : base;
  return {
    mode: verdict.mode,
    reasons: [
      ...ignoredInRoot(policies, scope.rootNamespace, pods),
      ...younger(workload, 'workload', scope),
      ...(isByPort && ignored ? [undeclared(policy, port)] : []),
      ...verdict.reasons,
    ],
    applies: wide !== undefined || policy !== undefined,
  };
}

/**
 * Returns the mode from the namespace's and the mesh's policies alone, or undefined if there are none. A client's
 * cluster is based on these only.
 * istio/istio pilot/pkg/model/authentication.go, GetNamespaceMutualTLSMode.
 */
export function scopeMode(policies: PeerAuthentication[], scope: MeshRoot, namespace: string): ModeVerdict | undefined {
  const levels = (['namespace', 'mesh'] as const).map((level) => ({
    level,
    found: candidates(policies, level, scope, namespace, {}),
  }));
  const reasons: Reason[] = [];
  for (const { level, found } of levels) {
    const [policy] = found;
    if (policy === undefined) continue;
    reasons.push(...younger(found, level, scope));
    const mode = modeOf(policy);
    if (mode !== undefined) return { mode, reasons: [...reasons, sets(policy, level, mode)] };
    reasons.push(inherits(policy));
  }
  return reasons.length === 0 ? undefined : { mode: 'PERMISSIVE', reasons: [...reasons, unsetEverywhere()] };
}

function candidates(
  policies: PeerAuthentication[],
  level: Level,
  { rootNamespace, release }: MeshRoot,
  namespace: string,
  labels: Record<string, string>,
): PeerAuthentication[] {
  const home = level === 'mesh' ? rootNamespace : namespace;
  if (level !== 'mesh' && namespace === rootNamespace) return [];
  return policies
    .filter((policy) => policy.metadata.namespace === home && hasSelector(policy) === (level === 'workload'))
    .filter((policy) => level !== 'workload' || selects(policy.spec?.selector?.matchLabels, labels))
    .sort(holds('peer-authentication.joined-name', release) ? byAgeAndJoinedName : byAge);
}

function hasSelector(policy: PeerAuthentication): boolean {
  return Object.keys(policy.spec?.selector?.matchLabels ?? {}).length > 0;
}

function modeOf(policy: PeerAuthentication | undefined): ServerMode | undefined {
  return resolved(policy?.spec?.mtls?.mode);
}

function resolved(mode: MtlsMode | undefined): ServerMode | undefined {
  return mode === 'UNSET' ? undefined : mode;
}

function byPort(policy: PeerAuthentication, port: number, mode: ServerMode): ModeVerdict {
  const text = `${nameOf(policy)} selects ${selectorText(policy)} and sets ${mode} for its port ${port}: ${meaning[mode]}`;
  return { mode, reasons: [reason('peer-authentication.port', text, policy)] };
}

function undeclared(policy: PeerAuthentication, port: number): Reason {
  const text = `${nameOf(policy)} sets a mode for port ${port}, which no Service declares: in this release that does nothing`;
  return reason('peer-authentication.port-undeclared', text, policy);
}

function sets(policy: PeerAuthentication, level: Level, mode: ServerMode): Reason {
  const reach = {
    mesh: 'covers the mesh',
    namespace: `covers namespace ${policy.metadata.namespace}`,
    workload: `selects ${selectorText(policy)}`,
  };
  const text = `${nameOf(policy)} ${reach[level]} and sets ${mode}: ${meaning[mode]}`;
  return reason(`peer-authentication.${level}`, text, policy);
}

/** @param port the pods' port, where the policy may have modes for other ports */
function inherits(policy: PeerAuthentication, port?: number): Reason {
  const others = Object.keys(policy.spec?.portLevelMtls ?? {});
  const isElsewhere = port !== undefined && others.length > 0 && !others.includes(String(port));
  const where = isElsewhere ? ` at port ${port}, as its portLevelMtls is for ${others.join(', ')}` : '';
  const text = `${nameOf(policy)} leaves the mode UNSET${where}: it inherits the wider policy's`;
  return reason('peer-authentication.unset', text, policy);
}

function unsetEverywhere(): Reason {
  return reason(
    'peer-authentication.none',
    `No wider PeerAuthentication sets a mode: it is PERMISSIVE, ${meaning.PERMISSIVE}`,
  );
}

function noPolicy(pods: ServerPods): Reason {
  const text = `No PeerAuthentication applies to ${workloadName(pods)}: it is PERMISSIVE, ${meaning.PERMISSIVE}`;
  return reason('peer-authentication.none', text);
}

function younger([oldest, ...others]: PeerAuthentication[], level: Level, { release }: MeshRoot): Reason[] {
  if (oldest === undefined) return [];
  const byName = others.find((policy) => byAge(policy, oldest) < 0);
  const tie =
    byName === undefined || !holds('peer-authentication.joined-name', release)
      ? []
      : [
          reason(
            'peer-authentication.joined-name',
            `${nameOf(oldest)} and ${nameOf(byName)} were made in the same second: this release compares their names with the namespace joined to them`,
            oldest,
          ),
        ];
  const ignored = others.map((policy) =>
    reason(
      'peer-authentication.oldest-wins',
      `${nameOf(policy)} is ignored: ${nameOf(oldest)} is older, and one ${level} policy counts`,
      policy,
    ),
  );
  return [...tie, ...ignored];
}

function ignoredInRoot(policies: PeerAuthentication[], rootNamespace: string, pods: ServerPods): Reason[] {
  return policies
    .filter((policy) => policy.metadata.namespace === rootNamespace && hasSelector(policy))
    .filter((policy) => selects(policy.spec?.selector?.matchLabels, pods.labels))
    .map((policy) =>
      reason(
        'peer-authentication.root-selector',
        `${nameOf(policy)} is ignored: a selector in the root namespace selects nothing`,
        policy,
      ),
    );
}

function selectorText(policy: PeerAuthentication): string {
  return labelText(policy.spec?.selector?.matchLabels ?? {});
}

import type { Run } from '../../mesh/index.ts';
import {
  aliasTarget,
  expectationOf,
  hostnameOf,
  identitiesOf,
  logicalNames,
  type Service,
  serviceNamed,
  type World,
} from '../../model/index.ts';
import type { ProbeClient } from '../../probe/index.ts';
import type { CheckRow } from '../../results/index.ts';
import { questionOf, type Traffic } from '../../scenario/index.ts';

// Which servers a client's sidecar accepts, as istiod has configured it. Sources: envoyproxy.io,
// admin/v3/config_dump.proto; extensions/transport_sockets/tls/v3/common.proto.

interface Matcher {
  exact?: string;
  matcher?: Matcher;
}

interface Validation {
  match_subject_alt_names?: Matcher[];
  match_typed_subject_alt_names?: Matcher[];
}

interface Socket {
  typed_config?: {
    common_tls_context?: {
      combined_validation_context?: {
        default_validation_context?: Validation;
        validation_context_sds_secret_config?: { name?: string };
      };
    };
  };
}

interface EnvoyCluster {
  name?: string;
  transport_socket?: Socket;
  transport_socket_matches?: { name?: string; transport_socket?: Socket }[];
}

interface EnvoyDump {
  configs?: {
    cluster?: EnvoyCluster;
    secret?: { name?: string; validation_context?: { trusted_ca?: { inline_bytes?: string } } };
  }[];
}

/** The name by which sidecars know the certificates of the mesh's authorities. */
const ROOT = 'ROOTCA';

const ADMIN = 'http://localhost:15000/config_dump';

/** How long the sidecar may take to answer. */
const SECONDS = 2;

/** A client of the run that has a sidecar. */
export interface MeshClient {
  /** Its path in the topology. */
  path: string;
  /** Such as `sleep.full`. */
  name: string;
  probeClient: ProbeClient;
}

/**
 * Returns a row for each server that a client asks over mutual TLS: its sidecar must accept the accounts of the Service's
 * endpoints, and no other names, and check them against the mesh's authorities.
 */
export async function namesRows(run: Run, world: World, { path, name, probeClient }: MeshClient): Promise<CheckRow[]> {
  const ofClient = run.topologies.flatMap(({ traffic }) => traffic).filter(({ from }) => from === path);
  const targets = ofClient.flatMap((traffic) => {
    const question = questionOf(traffic, run.namespaces);
    const { outcomes, notJudged } = expectationOf(world, question);
    const isMutual = outcomes.some(({ outcome }) => outcome.kind === 'mtls');
    const named = serviceNamed(world.services, question.server);
    if (!isMutual || notJudged !== undefined || named === undefined) return [];
    return [{ traffic, service: aliasTarget(world, named) }];
  });
  if (targets.length === 0) return [];
  const found = await acceptedBy(run, probeClient, targets);
  return targets.map(({ traffic, service }): CheckRow => {
    const { names, reason } = identitiesOf(world, service, traffic);
    const expected = `accepts ${names.join(', ')}`;
    const seen = found === undefined ? 'its configuration cannot be read' : acceptedIn(found, service, traffic.port);
    const observed = typeof seen === 'string' ? seen : `accepts ${seen.join(', ') || 'any name'}`;
    const row = { client: name, server: `${serverOf(traffic)}'s names`, reasons: [reason] };
    const shown = {
      expected: logicalNames(expected, run.namespaces),
      observed: logicalNames(observed, run.namespaces),
    };
    if (typeof seen === 'string') return { ...row, ...shown, verdict: 'inconclusive', why: seen };
    if (observed === expected) return { ...row, ...shown, verdict: 'pass' };
    return { ...row, ...shown, verdict: 'fail', why: `its sidecar ${shown.observed}` };
  });
}

function serverOf({ to, port }: Traffic): string {
  return `${to.split('/').toReversed().join('.')}:${port}`;
}

/** Returns what a client's sidecar has configured; undefined if it does not say. */
async function acceptedBy(
  { limits }: Run,
  client: ProbeClient,
  targets: { traffic: Traffic; service: Service }[],
): Promise<{ clusters: EnvoyCluster[]; trusts: boolean } | undefined> {
  const hosts = [...new Set(targets.map(({ service }) => hostnameOf(service)))];
  const clusters = `${ADMIN}?resource=dynamic_active_clusters&name_regex=outbound.*(${hosts.join('|')})`;
  const secrets = `${ADMIN}?resource=dynamic_active_secrets`;
  const script = [clusters, secrets].map((url) => `curl -s -g -m ${SECONDS} '${url}'; echo`).join('\n');
  const { stdout } = await client.run(script, 2 * SECONDS * 1000 + limits.batchMs);
  // Each of the two answers is a JSON object, of which only the last line is a brace alone.
  const dumps = stdout.split(/(?<=^\}$)/m).flatMap((text) => (text.trim() === '' ? [] : [parsed(text)]));
  if (dumps.length !== 2 || dumps.includes(undefined)) return undefined;
  const configs = dumps.flatMap((dump) => dump?.configs ?? []);
  return {
    clusters: configs.flatMap(({ cluster }) => cluster ?? []),
    trusts: configs.some(
      ({ secret }) => secret?.name === ROOT && Boolean(secret.validation_context?.trusted_ca?.inline_bytes),
    ),
  };
}

function parsed(text: string): EnvoyDump | undefined {
  try {
    return JSON.parse(text) as EnvoyDump;
  } catch {
    return undefined;
  }
}

/** Returns the names that a cluster accepts, sorted; what cannot be read of it as a sentence. */
export function acceptedIn(
  { clusters, trusts }: { clusters: EnvoyCluster[]; trusts: boolean },
  service: Service,
  port: number,
): string[] | string {
  const name = `outbound|${port}||${hostnameOf(service)}`;
  const cluster = clusters.find((known) => known.name === name);
  if (cluster === undefined) return `its sidecar has no cluster ${name}`;
  const socket =
    cluster.transport_socket ??
    cluster.transport_socket_matches?.find((match) => match.name === 'tlsMode-istio')?.transport_socket;
  const validation = socket?.typed_config?.common_tls_context?.combined_validation_context;
  if (validation === undefined) return `its sidecar has no mutual TLS in cluster ${name}`;
  const authority = validation.validation_context_sds_secret_config?.name;
  if (authority !== ROOT || !trusts)
    return `its sidecar has no certificate of the mesh's authority for cluster ${name}`;
  const { match_subject_alt_names: old = [], match_typed_subject_alt_names: typed = [] } =
    validation.default_validation_context ?? {};
  const matchers = [...old, ...typed.map(({ matcher }) => matcher ?? {})];
  return [...new Set(matchers.map((matcher) => matcher.exact ?? JSON.stringify(matcher)))].sort();
}

import { parse, YAMLError } from 'yaml';
import { kinds, typeOf } from '../../kinds/index.ts';
import {
  atLeast,
  type Deployment,
  formatRelease,
  type KubeObject,
  type Mesh,
  nameOf,
  parseRelease,
  versionsOn,
} from '../../model/index.ts';
import { UsageError } from '../errors.ts';
import { isServed, type Kube, list } from '../kube/index.ts';

/** The API group of the cluster's policies: with PeerAuthentication, or with the Policy of Istio 1.4. */
export type PolicyApi = (typeof kinds)['PeerAuthentication' | 'Policy']['group'];

/** What this project needs to know about the Istio of a cluster. */
export interface Istio {
  version: string;
  mesh: Mesh;
  policyApi: PolicyApi;
  /** The ConfigMap of the mesh configuration. */
  configMap: KubeObject & { data: Record<string, string> };
  /** How to find istiod's pods: their namespace and a label selector. */
  istiod: { namespace: string; labels: string };
  /** The label that enables sidecar injection for a namespace. */
  injectionLabel: { key: string; value: string };
}

/**
 * Finds Istio's control plane and reads its version and mesh configuration.
 * @param named the version that the user gave, for a control plane whose image and labels do not show it
 * @throws UsageError if there is no control plane or more than one, or if its version cannot be determined
 */
export async function detect(kube: Kube, named?: string): Promise<Istio> {
  const istiod = await controlPlane(kube);
  const namespace = istiod.metadata.namespace as string;
  const revision = istiod.spec.template.metadata?.labels?.['istio.io/rev'] ?? 'default';
  const version = versionOf(istiod) ?? named;
  if (version === undefined) {
    throw new UsageError(
      `Istio's version cannot be determined from istiod's image (${imageOf(istiod)}) or labels: name it with --istio VERSION.`,
    );
  }
  if (named !== undefined && formatRelease(parseRelease(named)) !== formatRelease(parseRelease(version))) {
    throw new UsageError(
      `${kube.label} runs Istio ${version}, not ${named}: leave --istio out, or name another cluster.`,
    );
  }
  const name = revision === 'default' ? 'istio' : `istio-${revision}`;
  const maps = await list<Istio['configMap']>(kube, typeOf('ConfigMap'), { namespace });
  const configMap = maps.find(({ metadata }) => metadata.name === name);
  if (configMap?.data?.['mesh'] === undefined) {
    throw new UsageError(
      `${kube.label} has istiod in ${namespace} but no ConfigMap ${namespace}/${name} with its mesh configuration.`,
    );
  }
  return {
    version,
    mesh: readMesh(kube, configMap, version),
    policyApi: policyApiOf(kube, version),
    configMap,
    istiod: { namespace, labels: selectorText(istiod.spec.selector.matchLabels) },
    injectionLabel:
      revision === 'default' ? { key: 'istio-injection', value: 'enabled' } : { key: 'istio.io/rev', value: revision },
  };
}

/** @throws UsageError if the mesh configuration is not YAML */
function readMesh({ label }: Kube, configMap: Istio['configMap'], version: string): Mesh {
  const { metadata, data } = configMap;
  try {
    return meshOf(data['mesh'] as string, version, metadata.namespace as string);
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    const [line] = error.message.split('\n');
    throw new UsageError(
      `The mesh configuration of ${label}, which is data.mesh of ${nameOf(configMap)}, is not YAML (${line}): correct it, since istiod cannot read it either.`,
    );
  }
}

/** The fields of a mesh configuration that affect mutual TLS. */
interface MeshConfig {
  enableAutoMtls?: boolean;
  trustDomain?: string;
  trustDomainAliases?: string[];
  rootNamespace?: string;
  defaultDestinationRuleExportTo?: string[];
  defaultServiceExportTo?: string[];
  defaultVirtualServiceExportTo?: string[];
  outboundTrafficPolicy?: { mode?: string };
}

/** Returns the settings of a mesh configuration (YAML) that affect mutual TLS, with the release's defaults. */
export function meshOf(yaml: string, version: string, namespace: string): Mesh {
  const config = (parse(yaml) ?? {}) as MeshConfig;
  const release = parseRelease(version);
  const { mode } = config.outboundTrafficPolicy ?? {};
  const { trustDomainAliases: aliases = [] } = config;
  // An empty list is the same as none.
  const exportTo = Object.entries({
    destinationRule: config.defaultDestinationRuleExportTo ?? [],
    service: config.defaultServiceExportTo ?? [],
    virtualService: config.defaultVirtualServiceExportTo ?? [],
  }).filter(([, namespaces]) => namespaces.length > 0);
  return {
    release,
    rootNamespace: config.rootNamespace ?? namespace,
    trustDomain: config.trustDomain ?? 'cluster.local',
    ...(aliases.length > 0 && { trustDomainAliases: aliases }),
    autoMtls: config.enableAutoMtls ?? atLeast(release, '1.5'),
    ...(exportTo.length > 0 && { exportTo: Object.fromEntries(exportTo) }),
    ...(mode !== undefined && { outboundTrafficPolicy: mode }),
  };
}

async function controlPlane(kube: Kube): Promise<Deployment> {
  const kind = typeOf('Deployment');
  const [istiods, pilots] = await Promise.all([
    list<Deployment>(kube, kind, { labels: 'app=istiod' }),
    list<Deployment>(kube, kind, { labels: 'app=pilot' }),
  ]);
  const found = istiods.length > 0 ? istiods : pilots;
  const [first, ...others] = found;
  if (first === undefined) {
    throw new UsageError(
      `${kube.label} has no Istio: install it (istioctl install --set profile=minimal), or use --cluster native or kind, which create a cluster with Istio.`,
    );
  }
  if (others.length > 0) {
    const names = found.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
    throw new UsageError(`${kube.label} has several Istio control planes (${names}): automtls supports only one.`);
  }
  return first;
}

/** istioctl and old charts put the version into the image's tag, other installers into a label. */
function versionOf(istiod: Deployment): string | undefined {
  const tag = /:v?(\d+\.\d+[^@]*)/.exec(imageOf(istiod))?.[1];
  const labels = istiod.metadata.labels ?? {};
  return tag ?? labels['operator.istio.io/version'] ?? labels['app.kubernetes.io/version'];
}

/** Returns labels as a selector of the API, such as `app=istiod,istio=pilot`. */
export function selectorText(labels: Record<string, string> = {}): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function imageOf({ spec }: Deployment): string {
  return spec.template.spec.containers.find(({ name }) => name === 'discovery')?.image ?? 'none';
}

/** Istio 1.5 serves both APIs. Using the newer one disables the older one, so a run uses the newer one. */
function policyApiOf(kube: Kube, version: string): PolicyApi {
  const { PeerAuthentication, Policy, DestinationRule } = kinds;
  if (!isServed(kube.served, DestinationRule)) {
    throw new UsageError(
      `${kube.label} does not serve DestinationRule of ${DestinationRule.group}: Istio's CRDs are not installed.`,
    );
  }
  // 1.4 does not know PeerAuthentication, even if its CRD is installed.
  if (isServed(kube.served, PeerAuthentication) && versionsOn(parseRelease(version), PeerAuthentication).length > 0) {
    return PeerAuthentication.group;
  }
  if (isServed(kube.served, Policy)) return Policy.group;
  throw new UsageError(
    `${kube.label} serves neither PeerAuthentication of ${PeerAuthentication.group} nor Policy of ${Policy.group}: Istio's CRDs are not installed.`,
  );
}

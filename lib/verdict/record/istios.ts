import type { KubeObject } from '../../model/index.ts';

interface Struct {
  '@type'?: string;
  type_url?: string;
  value?: { config?: { vm_config?: Machine } };
}

/** What runs an extension of Envoy, and where its code is. */
interface Machine {
  runtime?: string;
  code?: { local?: { inline_string?: string; filename?: string }; remote?: unknown };
}

interface Patch {
  applyTo?: string;
  patch?: { operation?: string; value?: { typed_config?: Struct; filters?: { typed_config?: Struct }[] } };
}

/** The extensions that are part of Istio's own Envoy, by the names under which its filters run them. */
const ownExtensions = [
  'envoy.wasm.stats',
  'envoy.wasm.metadata_exchange',
  'envoy.wasm.null.stackdriver',
  'envoy.wasm.access_log_policy',
];

/** Configurations of filters that only count, or tell the other side's sidecar who one is. */
const ownConfigurations = ['stats.PluginConfig', 'envoy.tcp.metadataexchange.config.MetadataExchange'];

/**
 * Returns whether an EnvoyFilter does nothing but what those of Istio's installation do, up to 1.23: it adds filters
 * that count requests, log them, or exchange metadata. Its name and labels do not matter, because anybody can give
 * them. istio/istio@1.20.1 manifests/charts/istio-control/istio-discovery/templates/telemetryv2_1.20.yaml.
 */
export function doesAsIstios(object: KubeObject): boolean {
  const { configPatches = [] } = (object as { spec?: { configPatches?: Patch[] } }).spec ?? {};
  return object.kind === 'EnvoyFilter' && configPatches.length > 0 && configPatches.every(isOwnPatch);
}

function isOwnPatch({ applyTo, patch }: Patch): boolean {
  const { operation, value } = patch ?? {};
  if (operation === 'INSERT_BEFORE') {
    return ['HTTP_FILTER', 'NETWORK_FILTER'].includes(applyTo ?? '') && isOwnFilter(value ?? {});
  }
  if (operation !== 'MERGE' || applyTo !== 'CLUSTER') return false;
  return Object.keys(value ?? {}).join() === 'filters' && (value?.filters ?? []).every(isOwnFilter);
}

function isOwnFilter({ typed_config: config }: { typed_config?: Struct }): boolean {
  const type = typeName(config?.type_url ?? config?.['@type']);
  if (ownConfigurations.includes(type)) return true;
  if (!/^envoy\.extensions\.filters\.(http|network)\.wasm\.v3\.Wasm$/.test(type)) return false;
  const { runtime, code } = config?.value?.config?.vm_config ?? {};
  const { inline_string: builtIn, filename } = code?.local ?? {};
  if (code?.remote !== undefined) return false;
  if (runtime === 'envoy.wasm.runtime.null') return builtIn !== undefined && ownExtensions.includes(builtIn);
  // With --set values.telemetry.v2.*.wasmEnabled, from the sidecar's own image.
  return /^\/etc\/istio\/extensions\/(stats|metadata-exchange)-filter\.(compiled\.)?wasm$/.test(filename ?? '');
}

function typeName(url = ''): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

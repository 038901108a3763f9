import { parse, YAMLError } from 'yaml';
import {
  type Injection,
  type InjectionWebhook,
  type InjectorSettings,
  type KubeObject,
  nameOf,
} from '../../model/index.ts';
import { UsageError } from '../../platform/errors.ts';
import { objectsOf, type Snapshot } from '../snapshot.ts';

interface MutatingWebhookConfiguration extends KubeObject {
  webhooks?: Partial<Omit<InjectionWebhook, 'revision'>>[];
}

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

const REVISION = 'istio.io/rev';
const TAG = 'istio.io/tag';

/**
 * Returns what manifests say of who gets a sidecar: the injector's ConfigMaps, its webhooks, and the tags of revisions.
 * A cluster shows it by its pods.
 * istio/istio manifests/charts/istio-control/istio-discovery/templates: istiod-injector-configmap.yaml,
 * mutatingwebhook.yaml, revision-tags-mwc.yaml and revision-tags-svc.yaml.
 * @throws UsageError if the injector's ConfigMap is not YAML
 */
export function injectionIn(snapshot: Snapshot): Injection {
  const injectors = objectsOf<MutatingWebhookConfiguration>(snapshot, 'MutatingWebhookConfiguration').filter(
    isInjectors,
  );
  const tagged = [...injectors, ...objectsOf(snapshot, 'Service')].filter(({ metadata }) => metadata.labels?.[TAG]);
  const webhooks = injectors.flatMap((injector) =>
    (injector.webhooks ?? []).map(({ namespaceSelector, objectSelector }) => ({
      revision: revisionIn(injector),
      ...(namespaceSelector && { namespaceSelector }),
      ...(objectSelector && { objectSelector }),
    })),
  );
  // Manifests of tags alone do not have the webhooks that the installation makes.
  const isWhole = injectors.some(({ metadata }) => metadata.labels?.[TAG] === undefined);
  return {
    ...(isWhole && { webhooks }),
    tags: new Map(tagged.map((object) => [object.metadata.labels?.[TAG] ?? '', revisionIn(object)])),
    settings: new Map(
      objectsOf<ConfigMap>(snapshot, 'ConfigMap').flatMap((map) => {
        const [, revision = 'default'] = /^istio-sidecar-injector(?:-(.+))?$/.exec(map.metadata.name) ?? [];
        return map.metadata.name.startsWith('istio-sidecar-injector') ? [[revision, settingsIn(map)] as const] : [];
      }),
    ),
  };
}

function isInjectors({ metadata }: KubeObject): boolean {
  return (
    metadata.labels?.['app'] === 'sidecar-injector' || /^istio-(sidecar-injector|revision-tag)/.test(metadata.name)
  );
}

function revisionIn({ metadata }: KubeObject): string {
  return metadata.labels?.[REVISION] ?? 'default';
}

interface Values {
  sidecarInjectorWebhook?: { enableNamespacesByDefault?: boolean };
}

function settingsIn(map: ConfigMap): InjectorSettings {
  const config = (parsed(map, 'config') ?? {}) as { [Field in keyof InjectorSettings]: InjectorSettings[Field] | null };
  const values = (parsed(map, 'values') ?? {}) as Values;
  const { policy, neverInjectSelector, alwaysInjectSelector } = config;
  return {
    ...(typeof policy === 'string' && { policy }),
    neverInjectSelector: neverInjectSelector ?? [],
    alwaysInjectSelector: alwaysInjectSelector ?? [],
    enableNamespacesByDefault: values.sidecarInjectorWebhook?.enableNamespacesByDefault ?? false,
  };
}

function parsed(map: ConfigMap, key: string): unknown {
  try {
    return parse(map.data?.[key] ?? '');
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    const [line] = error.message.split('\n');
    throw new UsageError(`data.${key} of ${nameOf(map)} is not YAML (${line}): the injector cannot read it either.`);
  }
}

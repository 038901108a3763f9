import { parse, YAMLError } from 'yaml';
import {
  atLeast,
  formatRelease,
  type KubeObject,
  type LabelSelector,
  type Mesh,
  nameOf,
  parseRelease,
} from '../../model/index.ts';
import { messageOf, UsageError } from '../../platform/errors.ts';
import { meshOf } from '../../platform/istio/index.ts';
import { configMapsOf, environmentOf, revisionOf } from '../read/cluster.ts';
import { isControlPlane } from '../read/trim.ts';
import { namespaceOf, objectsOf, type Snapshot } from '../snapshot.ts';

/** What decides for the whole mesh: the release, its configuration and its flags. */
export interface ControlPlane {
  mesh: Mesh;
  /** As it is installed, such as `1.31.1`. */
  version: string;
  /** Objects with another revision's label are none of its own; undefined if manifests do not tell. */
  revision: string | undefined;
  /** How many control planes there are. */
  planes: number;
  /** Selects the namespaces that it looks at; all of them if absent. */
  discoverySelectors: readonly LabelSelector[];
  /** Flags of istiod's with which the model's rules may be others, each with its value. */
  flags: readonly Flag[];
  /** What was assumed, one sentence each. */
  assumed: readonly string[];
}

/** Which release it is, where it is not seen. */
interface Releases {
  /** The one that the user named. */
  istio?: string | undefined;
  /** The one whose rules it is to have, whatever it is. */
  as?: string | undefined;
}

/** On which requests a flag of istiod's can act: all of clients with a sidecar, or those to an ExternalName. */
export interface Flag {
  name: string;
  value: string;
  acts: 'sidecars' | 'external-names';
}

/**
 * Flags that change what the model takes for Istio's rules, with their defaults by release: a flag that says what is the
 * default changes nothing. istio/istio pilot/pkg/features.
 */
const flagsThatMatter: Readonly<Record<string, { acts: Flag['acts']; usual: (release: Mesh['release']) => string }>> = {
  ENABLE_ENHANCED_DESTINATIONRULE_MERGE: { acts: 'sidecars', usual: (release) => String(atLeast(release, '1.24')) },
  PILOT_ENABLE_AUTOMTLS_CHECK_POLICIES: { acts: 'sidecars', usual: (release) => String(atLeast(release, '1.12')) },
  PILOT_ENABLE_DESTINATION_RULE_INHERITANCE: { acts: 'sidecars', usual: () => 'false' },
  PILOT_IGNORE_RESOURCES: { acts: 'sidecars', usual: () => '' },
  PILOT_INCLUDE_RESOURCES: { acts: 'sidecars', usual: () => '' },
  ISTIO_WATCH_NAMESPACE: { acts: 'sidecars', usual: () => '' },
  // Whether discoverySelectors leave out policies, too.
  ENABLE_ENHANCED_RESOURCE_SCOPING: { acts: 'sidecars', usual: (release) => String(atLeast(release, '1.22')) },
  ENABLE_EXTERNAL_NAME_ALIAS: { acts: 'external-names', usual: (release) => String(atLeast(release, '1.21')) },
};

type ConfigMap = KubeObject & { data?: Record<string, string> };

/**
 * Returns the control plane of a mesh. Manifests need not have one: then the mesh has the release's defaults.
 * @throws UsageError if a release is not known, or the mesh configuration is not YAML
 */
export function controlPlaneOf(snapshot: Snapshot, { istio, as }: Releases): ControlPlane {
  const planes = objectsOf(snapshot, 'Deployment').filter(isControlPlane);
  const istiod = planes.find((plane) => revisionOf(plane) === 'default') ?? planes[0];
  const its = versionOf(snapshot, istiod, istio);
  const version = as ?? its;
  if (as !== undefined) assertRelease(as);
  const namespace = istiod === undefined ? 'istio-system' : namespaceOf(istiod);
  const names = istiod === undefined ? ['istio'] : configMapsOf(istiod);
  const maps = objectsOf<ConfigMap>(snapshot, 'ConfigMap').filter(
    (map) => namespaceOf(map) === namespace && names.includes(map.metadata.name),
  );
  // The standard configuration comes before what several control planes share.
  const [own = {}, shared = {}] = names.map((name) => settingsIn(maps.find(({ metadata }) => metadata.name === name)));
  const settings = { ...shared, ...own };
  const mesh = meshOf(JSON.stringify(settings), version, namespace);
  return {
    mesh,
    version,
    revision: istiod === undefined ? undefined : revisionOf(istiod),
    planes: planes.length,
    discoverySelectors: settings.discoverySelectors ?? [],
    flags: istiod === undefined ? [] : flagsOf(istiod, mesh.release),
    assumed: [
      ...newerThanKnown(mesh.release),
      ...(maps.length > 0 ? [] : [assumption(snapshot, namespace, names[0] ?? 'istio', mesh.release)]),
    ],
  };
}

function assumption({ source }: Snapshot, namespace: string, name: string, release: Mesh['release']): string {
  const what = `the mesh configuration is taken to be the default of ${formatRelease(release)}`;
  return source === 'files'
    ? `${what}: the manifests have no ConfigMap ${namespace}/${name}`
    : `${what}: ConfigMap ${namespace}/${name} was not there to read`;
}

interface Settings {
  discoverySelectors?: LabelSelector[];
  [field: string]: unknown;
}

/** @throws UsageError if the mesh configuration is not YAML */
function settingsIn(map: ConfigMap | undefined): Settings {
  if (map === undefined) return {};
  try {
    return (parse(map.data?.['mesh'] ?? '') ?? {}) as Settings;
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    const [line] = error.message.split('\n');
    throw new UsageError(`data.mesh of ${nameOf(map)} is not YAML (${line}): istiod cannot read it either.`);
  }
}

interface Container {
  name: string;
  image?: string;
}

/** How users name the release. */
const NAMING = '--istio VERSION (for upgrade: --from VERSION)';

/** @throws UsageError if neither the cluster nor the user says the release, or if they differ */
function versionOf({ source, label }: Snapshot, istiod: KubeObject | undefined, named: string | undefined): string {
  if (named !== undefined) assertRelease(named);
  if (source === 'files') {
    if (named !== undefined) return named;
    throw new UsageError(
      `Which release of Istio is it? Name it with ${NAMING}, such as 1.31, since rules differ between releases.`,
    );
  }
  if (istiod === undefined && named === undefined) {
    throw new UsageError(
      `${label} shows no Istio: there is no Deployment with the label app=istiod, or it may not be listed. If there is one, name its release with ${NAMING}.`,
    );
  }
  const shown = istiod === undefined ? undefined : shownVersion(istiod);
  const version = shown ?? named;
  if (version === undefined) {
    throw new UsageError(`${label} does not show which release its istiod is: name it with ${NAMING}.`);
  }
  if (named !== undefined && formatRelease(parseRelease(named)) !== formatRelease(parseRelease(version))) {
    throw new UsageError(`${label} runs Istio ${version}, not ${named}: do not name another.`);
  }
  return version;
}

/** The releases between which the model knows what differs. */
const OLDEST = '1.4';
const NEWEST = '1.31';

function assertRelease(named: string): void {
  let release: Mesh['release'];
  try {
    release = parseRelease(named);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
  if (atLeast(release, OLDEST)) return;
  throw new UsageError(
    `Istio ${formatRelease(release)} is older than ${OLDEST}, the oldest that the model knows. If 1.30 or such is meant, quote it: YAML takes 1.30 for the number 1.3.`,
  );
}

/** What a newer release changes is not known. */
function newerThanKnown(release: Mesh['release']): string[] {
  const isKnown = !atLeast(release, NEWEST) || formatRelease(release) === NEWEST;
  return isKnown ? [] : [`Istio ${formatRelease(release)} is newer than ${NEWEST}, whose rules are taken for it`];
}

/** istioctl and old charts put the version into the image's tag, other installers into a label. */
function shownVersion(istiod: KubeObject): string | undefined {
  const { spec } = istiod as KubeObject & { spec?: { template?: { spec?: { containers?: Container[] } } } };
  const image = spec?.template?.spec?.containers?.find(({ name }) => name === 'discovery')?.image ?? '';
  const { labels = {} } = istiod.metadata;
  const shown = [
    /:v?(\d+\.\d+[^@]*)/.exec(image)?.[1],
    labels['operator.istio.io/version'],
    labels['app.kubernetes.io/version'],
  ];
  return shown.find((text) => text !== undefined && /^v?\d+\.\d+/.test(text));
}

function flagsOf(istiod: KubeObject, release: Mesh['release']): Flag[] {
  return environmentOf(istiod).flatMap(({ name, value = '' }) => {
    const flag = flagsThatMatter[name];
    return flag === undefined || value === flag.usual(release) ? [] : [{ name, value, acts: flag.acts }];
  });
}

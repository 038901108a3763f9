import { type KubeObject, nameOf } from '../../model/index.ts';
import { templateOf } from '../mesh/from-templates.ts';

const mtlsModes = ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'];
const tlsModes = ['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'];
const fields = ['selector', 'mtls', 'portLevelMtls'];

interface Settings {
  tls?: { mode?: unknown };
}

interface Policy extends Settings {
  portLevelSettings?: Settings[];
}

interface Spec {
  mtls?: { mode?: unknown };
  portLevelMtls?: Record<string, { mode?: unknown } | null>;
  trafficPolicy?: Policy;
  subsets?: { trafficPolicy?: Policy }[];
}

/**
 * Returns what an API server refuses in an object, as half a sentence: a mode that is none of Istio's, or a field that
 * nothing reads. Taken as it is, such an object would be judged otherwise than it was meant. Undefined if it is well.
 * istio/istio manifests/charts/base/files/crd-all.gen.yaml.
 */
export function refusedIn(object: KubeObject): string | undefined {
  const label = notText(object);
  if (label !== undefined) return label;
  const { spec } = object as KubeObject & { spec?: Spec };
  if (spec === undefined || spec === null) return undefined;
  if (object.kind === 'PeerAuthentication') {
    const unknown = Object.keys(spec).find((field) => !fields.includes(field));
    if (unknown !== undefined) return `${nameOf(object)} has a field ${unknown}: there are ${fields.join(', ')}`;
    const port = Object.keys(spec.portLevelMtls ?? {}).find((key) => !/^\d+$/.test(key));
    if (port !== undefined) return `${nameOf(object)} has portLevelMtls for ${port}: it takes numbers of ports`;
    const modes = [spec.mtls, ...Object.values(spec.portLevelMtls ?? {})].map((one) => one?.mode);
    return strange(object, modes, mtlsModes);
  }
  if (object.kind !== 'DestinationRule') return undefined;
  const policies = [spec.trafficPolicy, ...(spec.subsets ?? []).map(({ trafficPolicy }) => trafficPolicy)];
  const settings = policies.flatMap((policy) => [policy, ...(policy?.portLevelSettings ?? [])]);
  return strange(
    object,
    settings.map((one) => one?.tls?.mode),
    tlsModes,
  );
}

/** Labels and annotations are text: `true` without quotes is none. */
function notText(object: KubeObject): string | undefined {
  const template = templateOf(object).metadata;
  for (const { labels, annotations } of [object.metadata, ...(template === undefined ? [] : [template])]) {
    const wrong = Object.entries({ ...annotations, ...labels }).find(
      ([, value]: [string, unknown]) => typeof value !== 'string' && value !== null,
    );
    if (wrong === undefined) continue;
    const [key, value] = wrong;
    return `${nameOf(object)} has ${key}: ${JSON.stringify(value)}, which is no text: write it in quotes`;
  }
  return undefined;
}

function strange(object: KubeObject, modes: readonly unknown[], known: readonly string[]): string | undefined {
  const wrong = modes.find((mode) => mode !== undefined && mode !== null && !known.includes(String(mode)));
  if (wrong === undefined) return undefined;
  const meant = known.find((mode) => mode === String(wrong).toUpperCase());
  const advice = meant === undefined ? `there are ${known.join(', ')}` : `write ${meant}`;
  return `${nameOf(object)} has mode ${JSON.stringify(wrong)}: ${advice}`;
}

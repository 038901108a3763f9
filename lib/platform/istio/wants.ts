import { type Gate, isWithin, parseRelease } from '../../model/index.ts';

/** A special requirement of a range of minors, and the reason for it. Without a gate, it applies to all minors. */
type Wanted<T> = T & Gate & { why: string };

const wantedBy = <T extends Gate>(minor: string, all: T[]): T[] =>
  all.filter((one) => isWithin(parseRelease(minor), one));

/** Settings for istioctl's `--set`. */
const settings: Wanted<{ set: string[] }>[] = [
  {
    set: ['profile=minimal', 'values.pilot.autoscaleEnabled=false'],
    why: 'One istiod and no gateway is all that the task needs.',
  },
  {
    set: ['values.pilot.resources.requests.cpu=50m', 'values.pilot.resources.requests.memory=128Mi'],
    why: 'Small enough for two cores.',
  },
  {
    set: ['values.global.proxy.resources.requests.cpu=10m', 'values.global.proxy.resources.requests.memory=40Mi'],
    why: 'Small enough for two cores.',
  },
  {
    set: [
      'components.pilot.k8s.readinessProbe.initialDelaySeconds=0',
      'components.pilot.k8s.readinessProbe.periodSeconds=1',
      'values.global.proxy.readinessInitialDelaySeconds=0',
      'values.global.proxy.readinessPeriodSeconds=1',
    ],
    why: 'Readiness probes run every second, so pods are ready sooner.',
  },
  {
    since: '1.20', // the first release with startup probes; istioctl rejects settings that it does not know
    set: ['values.global.proxy.startupProbe.enabled=false'],
    why: 'A pod’s own containers start at the same time as the proxy, not after it.',
  },
  {
    set: ['meshConfig.defaultConfig.terminationDrainDuration=1s'],
    why: 'Pods terminate quickly.',
  },
  {
    until: '1.15',
    set: ['values.global.defaultPodDisruptionBudget.enabled=false'],
    why: 'These minors use policy/v1beta1, which Kubernetes serves only until 1.24.',
  },
];

/** Additional settings for istioctl if Envoy is upstream's instead of Istio's own build. */
const withoutFilters: Wanted<{ set: string[] }>[] = [
  {
    set: [
      'values.pilot.env.PILOT_ENABLE_ALPN_FILTER=false',
      'values.pilot.env.PILOT_ENABLE_METADATA_EXCHANGE=false',
      'values.telemetry.enabled=false',
    ],
    why: 'Upstream Envoy rejects filters that only Istio’s build has.',
  },
];

/** Where Istio's CRDs are, and the settings that keep istioctl from applying them again, which is slow. */
const definitions: Wanted<{ file: string; leftOut: (names: string[]) => string[] }>[] = [
  {
    until: '1.24',
    file: 'manifests/charts/base/crds/crd-all.gen.yaml',
    leftOut: () => ['values.base.enableIstioConfigCRDs=false'],
    why: 'istioctl can leave out all CRDs or none.',
  },
  {
    since: '1.24',
    file: 'manifests/charts/base/files/crd-all.gen.yaml',
    leftOut: (names) => names.map((name, index) => `values.base.excludedCRDs[${index}]=${name}`),
    why: 'istioctl can leave out each CRD by its name.',
  },
];

/** Flags of `go mod edit` that change a go.mod, and the lines that its go.sum needs for them. */
export interface GoModChange {
  edit: string[];
  sums: string[];
}

const goModChanges: Wanted<GoModChange>[] = [
  {
    since: '1.28',
    until: '1.29',
    edit: ['-replace=github.com/envoyproxy/go-control-plane=github.com/envoyproxy/go-control-plane@v0.14.0'],
    sums: ['github.com/envoyproxy/go-control-plane v0.14.0 h1:hbG2kr4RuFj222B6+7T83thSPqLjwBIfQawTkC++2HA='],
    why: 'github.com/envoyproxy/go-control-plane is a later version, because Go’s module proxies do not serve the required commit.',
  },
  {
    since: '1.23',
    until: '1.24',
    edit: ['-replace=istio.io/client-go=istio.io/client-go@v1.23.2'],
    sums: [
      'istio.io/client-go v1.23.2 h1:BIt6A+KaUOFin3SzXiDq2Fr/TMBev1+c836R0BfUfhU=',
      'istio.io/client-go v1.23.2/go.mod h1:E08wpMtUulJk2tlWOCUVakjy1bKFxUNm22tM1R1QY0Y=',
    ],
    why: 'istio.io/client-go is the release’s tag, because Go’s module proxies do not serve the required commit.',
  },
  {
    since: '1.19',
    until: '1.20',
    edit: ['-replace=istio.io/client-go=istio.io/client-go@v1.19.0', '-replace=istio.io/api=istio.io/api@v1.19.0'],
    sums: [
      'istio.io/api v1.19.0 h1:jZbWtto+dqOt5i/BZ3XPg8P8MydSabTDeoKHHN+mj8Q=',
      'istio.io/api v1.19.0/go.mod h1:KstZe4bKbXouALUJ5PqpjNEhu5nj90HrDFitZfpNhlU=',
      'istio.io/client-go v1.19.0 h1:vdiwlg+cocs7J2aVlkYz3ebjpBpRAorfZUOzqjE2Z+U=',
      'istio.io/client-go v1.19.0/go.mod h1:zG9fwlp6qSvxlErRgc8X46CLC3Ga91cGR5ADUqEAQYU=',
    ],
    why: 'istio.io/client-go and istio.io/api are the release’s tags, because Go’s module proxies do not serve the required commits.',
  },
  {
    since: '1.11',
    until: '1.12',
    edit: ['-replace=istio.io/client-go=istio.io/client-go@v1.11.6'],
    sums: [
      'istio.io/client-go v1.11.6 h1:dsnWp30/lhB7fy3JpLKlD6sWU1UIcqR0A+IlBnhrcqk=',
      'istio.io/client-go v1.11.6/go.mod h1:2eGhWzCfVK6Uqia1U4H2aqpAR8AsGvDI1UeSoxpkmDc=',
    ],
    why: 'istio.io/client-go is the release’s tag, because Go’s module proxies do not serve the required commit.',
  },
  {
    until: '1.13',
    edit: ['-require=github.com/modern-go/reflect2@v1.0.2', '-require=github.com/json-iterator/go@v1.1.12'],
    sums: [
      'github.com/json-iterator/go v1.1.12 h1:PV8peI4a0ysnczrg+LtxykD8LfKY9ML6u2jnxaEnrnM=',
      'github.com/json-iterator/go v1.1.12/go.mod h1:e30LSqwooZae/UwlEbR2852Gd8hjQvJoHmT4TnhNGBo=',
      'github.com/modern-go/reflect2 v1.0.2 h1:xBagoLtFs94CBntxluKeaWgTMpvLxC4ur3nMaC9Gz0M=',
      'github.com/modern-go/reflect2 v1.0.2/go.mod h1:yWuevngMOJpCy52FWWMvUC8ws7m/LJsjYzDa0/r8luk=',
    ],
    why: 'A JSON library and its reflection library are later patches, because the required ones read the internals of Go’s maps and panic with current Go.',
  },
];

/** Changes to the source: unified diffs in manifests/native/patches. */
const patches: Wanted<{ file: string }>[] = [
  {
    until: '1.12',
    file: 'bootstrap-version.patch',
    why: 'Envoy is started without --bootstrap-version, a flag that current Envoy does not have.',
  },
  {
    until: '1.11',
    file: 'http-authn.patch',
    why: 'Sidecars have no istio_authn filter, which only Istio’s build of Envoy has; it passes the peer’s identity to other filters.',
  },
  {
    until: '1.14',
    file: 'raw-buffer.patch',
    why: 'The transport socket for plain text has an empty typed configuration, because current Envoy requires one.',
  },
  {
    until: '1.14',
    file: 'previous-hosts.patch',
    why: 'The retry host predicate has an empty typed configuration, because current Envoy requires one.',
  },
  {
    until: '1.14',
    file: 'alpn.patch',
    why: 'The ALPN filter is left out, because these releases have no setting for that.',
  },
  {
    since: '1.12',
    until: '1.14',
    file: 'tcp-metadata-exchange.patch',
    why: 'The setting that switches off metadata exchange also applies to TCP.',
  },
  {
    since: '1.17',
    until: '1.18',
    file: 'network-authn-1.17.patch',
    why: 'Sidecars have no istio_authn filter, which only Istio’s build of Envoy has; it passes the peer’s identity to other filters.',
  },
  {
    since: '1.18',
    until: '1.20',
    file: 'network-authn-1.18.patch',
    why: 'Sidecars have no istio_authn filter, which only Istio’s build of Envoy has; it passes the peer’s identity to other filters.',
  },
];

/** The version of upstream Envoy for each minor of Istio; every older minor gets the oldest. */
const envoys: Record<string, string> = { '1.31': '1.39.3', '1.30': '1.38.3', '1.29': '1.37.0', '1.28': '1.36.4' };
const oldestEnvoy = '1.36.4';

/** Returns the settings of istioctl for a minor. */
export function settingsFor(minor: string): string[] {
  return wantedBy(minor, settings).flatMap(({ set }) => set);
}

/** Returns the additional settings of istioctl for proxies that are upstream Envoy. */
export function settingsWithoutFilters(minor: string): string[] {
  return wantedBy(minor, withoutFilters).flatMap(({ set }) => set);
}

/** Returns the path of a minor's CRDs in its module, and the settings that leave them out of an installation. */
export function definitionsOf(minor: string): { file: string; leftOut: (names: string[]) => string[] } {
  const [found] = wantedBy(minor, definitions);
  if (found === undefined) throw new Error(`no resource definitions are known of Istio ${minor}`);
  return found;
}

/** Returns the changes of go.mod and source that a minor needs to build and run here, each with its reason. */
export function changesOf(minor: string): { goMod: Wanted<GoModChange>[]; source: Wanted<{ file: string }>[] } {
  return { goMod: wantedBy(minor, goModChanges), source: wantedBy(minor, patches) };
}

/** Returns the version of Envoy for a minor. */
export function envoyOf(minor: string): string {
  return envoys[minor] ?? oldestEnvoy;
}

import { type Gate, isWithin, parseRelease } from '../model/release.ts';

/** Something that a range of minors wants besides their rows; all minors where it names no gate. */
type Wanted<T> = T & Gate & { why: string };

const wantedBy = <T extends Gate>(minor: string, all: T[]): T[] =>
  all.filter((one) => isWithin(parseRelease(minor), one));

/** What istioctl is told, as `--set` takes it. */
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
    why: 'Pods are asked every second whether they are ready.',
  },
  {
    since: '1.20', // its first release with startup probes; istioctl refuses what it does not know
    set: ['values.global.proxy.startupProbe.enabled=false'],
    why: 'A pod’s own containers start beside the proxy rather than after it.',
  },
  {
    set: ['meshConfig.defaultConfig.terminationDrainDuration=1s'],
    why: 'Pods end at once.',
  },
  {
    until: '1.15',
    set: ['values.global.defaultPodDisruptionBudget.enabled=false'],
    why: 'These make it of policy/v1beta1, which Kubernetes serves until 1.24.',
  },
];

/** What istioctl is told besides where Envoy is not Istio's own. */
const withoutFilters: Wanted<{ set: string[] }>[] = [
  {
    set: [
      'values.pilot.env.PILOT_ENABLE_ALPN_FILTER=false',
      'values.pilot.env.PILOT_ENABLE_METADATA_EXCHANGE=false',
      'values.telemetry.enabled=false',
    ],
    why: 'Envoy alone rejects filters that only Istio’s build of it has.',
  },
];

/** Where the definitions of Istio's resources are, and how istioctl is kept from applying them a second time, slowly. */
const definitions: Wanted<{ file: string; leftOut: (names: string[]) => string[] }>[] = [
  {
    until: '1.24',
    file: 'manifests/charts/base/crds/crd-all.gen.yaml',
    leftOut: () => ['values.base.enableIstioConfigCRDs=false'],
    why: 'All of them, or none.',
  },
  {
    since: '1.24',
    file: 'manifests/charts/base/files/crd-all.gen.yaml',
    leftOut: (names) => names.map((name, index) => `values.base.excludedCRDs[${index}]=${name}`),
    why: 'Each by its name.',
  },
];

/** Changes of a go.mod, as `go mod edit` takes them, and what go.sum must have for them. */
export interface GoModChange {
  edit: string[];
  sums: string[];
}

const goModChanges: Wanted<GoModChange>[] = [
  {
    ...{ since: '1.28', until: '1.29' },
    edit: ['-replace=github.com/envoyproxy/go-control-plane=github.com/envoyproxy/go-control-plane@v0.14.0'],
    sums: ['github.com/envoyproxy/go-control-plane v0.14.0 h1:hbG2kr4RuFj222B6+7T83thSPqLjwBIfQawTkC++2HA='],
    why: 'Of a module beside the definitions of Envoy’s API the next version is taken, as the commit it names is not served.',
  },
  {
    ...{ since: '1.23', until: '1.24' },
    edit: ['-replace=istio.io/client-go=istio.io/client-go@v1.23.2'],
    sums: [
      'istio.io/client-go v1.23.2 h1:BIt6A+KaUOFin3SzXiDq2Fr/TMBev1+c836R0BfUfhU=',
      'istio.io/client-go v1.23.2/go.mod h1:E08wpMtUulJk2tlWOCUVakjy1bKFxUNm22tM1R1QY0Y=',
    ],
    why: 'Istio’s own client library is the one tagged for the release, as the commit it names is not served.',
  },
  {
    ...{ since: '1.19', until: '1.20' },
    edit: ['-replace=istio.io/client-go=istio.io/client-go@v1.19.0', '-replace=istio.io/api=istio.io/api@v1.19.0'],
    sums: [
      'istio.io/api v1.19.0 h1:jZbWtto+dqOt5i/BZ3XPg8P8MydSabTDeoKHHN+mj8Q=',
      'istio.io/api v1.19.0/go.mod h1:KstZe4bKbXouALUJ5PqpjNEhu5nj90HrDFitZfpNhlU=',
      'istio.io/client-go v1.19.0 h1:vdiwlg+cocs7J2aVlkYz3ebjpBpRAorfZUOzqjE2Z+U=',
      'istio.io/client-go v1.19.0/go.mod h1:zG9fwlp6qSvxlErRgc8X46CLC3Ga91cGR5ADUqEAQYU=',
    ],
    why: 'Istio’s own client library and API are those tagged for the release, as the commits it names are not served.',
  },
  {
    ...{ since: '1.11', until: '1.12' },
    edit: ['-replace=istio.io/client-go=istio.io/client-go@v1.11.6'],
    sums: [
      'istio.io/client-go v1.11.6 h1:dsnWp30/lhB7fy3JpLKlD6sWU1UIcqR0A+IlBnhrcqk=',
      'istio.io/client-go v1.11.6/go.mod h1:2eGhWzCfVK6Uqia1U4H2aqpAR8AsGvDI1UeSoxpkmDc=',
    ],
    why: 'Istio’s own client library is the one tagged for the release, as the commit it names is not served.',
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
    why: 'A JSON library reads the maps of Go’s runtime by itself, and panics with today’s: a later patch of it does not.',
  },
];

/** Changes of the source, as unified diffs in manifests/native/patches. */
const patches: Wanted<{ file: string }>[] = [
  {
    until: '1.12',
    file: 'bootstrap-version.patch',
    why: 'Envoy is not told the version of its bootstrap, as it knows one alone.',
  },
  {
    until: '1.11',
    file: 'http-authn.patch',
    why: 'Sidecars get no filter istio_authn, which only Istio’s build of Envoy has; it shows others the identity.',
  },
  {
    until: '1.14',
    file: 'raw-buffer.patch',
    why: 'The transport socket for plain text has its (empty) typed configuration, without which Envoy takes none.',
  },
  {
    until: '1.14',
    file: 'previous-hosts.patch',
    why: 'The predicate of retries has its (empty) typed configuration, without which Envoy takes none.',
  },
  {
    until: '1.14',
    file: 'alpn.patch',
    why: 'The ALPN filter is left out, for which there is no setting yet.',
  },
  {
    ...{ since: '1.12', until: '1.14' },
    file: 'tcp-metadata-exchange.patch',
    why: 'The setting that leaves out metadata exchange holds for TCP, too.',
  },
  {
    ...{ since: '1.17', until: '1.18' },
    file: 'network-authn-1.17.patch',
    why: 'Sidecars get no filter istio_authn, which only Istio’s build of Envoy has; it shows others the identity.',
  },
  {
    ...{ since: '1.18', until: '1.20' },
    file: 'network-authn-1.18.patch',
    why: 'Sidecars get no filter istio_authn, which only Istio’s build of Envoy has; it shows others the identity.',
  },
];

/** The Envoy minor of each release that has one among those published; the oldest published for all before. */
const envoys: Record<string, string> = { '1.31': '1.39.3', '1.30': '1.38.3', '1.29': '1.37.0', '1.28': '1.36.4' };
const oldestEnvoy = '1.36.4';

/** Returns the settings of istioctl for a minor. */
export function settingsFor(minor: string): string[] {
  return wantedBy(minor, settings).flatMap(({ set }) => set);
}

/** Returns the settings besides where the proxies are Envoy as its own project builds it. */
export function settingsWithoutFilters(minor: string): string[] {
  return wantedBy(minor, withoutFilters).flatMap(({ set }) => set);
}

/** Returns where a minor's resource definitions are in its module, and the settings for when they are applied already. */
export function definitionsOf(minor: string): { file: string; leftOut: (names: string[]) => string[] } {
  const [found] = wantedBy(minor, definitions);
  if (found === undefined) throw new Error(`no resource definitions are known of Istio ${minor}`);
  return found;
}

/** Returns what a minor's go.mod and source must change to build and run here, each with its reason. */
export function changesOf(minor: string): { goMod: Wanted<GoModChange>[]; source: Wanted<{ file: string }>[] } {
  return { goMod: wantedBy(minor, goModChanges), source: wantedBy(minor, patches) };
}

/** Returns the version of Envoy that a minor's proxies are. */
export function envoyOf(minor: string): string {
  return envoys[minor] ?? oldestEnvoy;
}

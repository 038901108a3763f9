import { join } from 'node:path';
import { images } from '../build/images.ts';
import { type IstioVersion, istioPrograms } from '../build/programs.ts';
import type { OnProgress } from '../cluster/types.ts';
import type { IstioSource } from './install.ts';

/** What istiod must not send, as Envoy alone does not know Istio's own filters. */
const withoutFilters = [
  'values.pilot.env.PILOT_ENABLE_ALPN_FILTER=false',
  'values.pilot.env.PILOT_ENABLE_METADATA_EXCHANGE=false',
  'values.telemetry.enabled=false',
];

/** Returns an Istio that is built from source, from Istio's own module, with Envoy as its own project builds it. */
export async function snapshot(
  version: IstioVersion,
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<IstioSource & { workloadImages: string[] }> {
  const archives = await images(version, options);
  return {
    version,
    from: 'snapshot',
    istioctl: join(await istioPrograms(version, options), 'istioctl'),
    hub: 'docker.io/istio',
    tag: version,
    imageArchives: [archives.istio],
    workloadImages: [archives.workloads],
    values: withoutFilters,
    notes: notesOf(version),
  };
}

/** Returns what must be said wherever results of a snapshot are shown. */
export function notesOf(version: string): string[] {
  return [
    `Istio ${version} is a development snapshot, built from source.`,
    "Envoy is upstream 1.40.0, so Istio's own filters (ALPN, metadata exchange, telemetry) are off; they have no part in mutual TLS.",
  ];
}

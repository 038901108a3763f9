import type { NightlyProvider } from '../../platform/clusters/index.ts';
import type { Plan } from './types.ts';

/**
 * Plans a night: a job for each release, newest first.
 * @param provider whose clusters it runs on
 * @param asked releases as the provider takes them: minors, patches or snapshots; its usual ones by default
 * @throws UsageError if one is unknown or no available cluster can run it
 */
export function planOf({ name, nightly }: NightlyProvider, asked: string[] = nightly.usual()): Plan {
  const releases = [...new Set(asked.map((one) => one.trim()))];
  const jobs = releases.map((istio) => ({ istio, cluster: name, ...nightly.job(istio) }));
  return { include: jobs.sort((a, b) => b.istio.localeCompare(a.istio, 'en', { numeric: true })) };
}

import type { Protocol, Question } from '../model/types.ts';
import { trafficWords } from '../results/place.ts';
import type { TrafficKey } from '../results/types.ts';

/** One client asks one port of one Service, in the topology's own names. */
export interface Traffic {
  /** The client's workload, `namespace/name`. */
  from: string;
  /** The Service, `namespace/name`. */
  to: string;
  /** The Service's port. */
  port: number;
  protocol: Protocol;
}

/** Returns what results call it: `sleep.full`, `httpbin.partial`, 8000, http. */
export function keyOf({ from, to, port, protocol }: Traffic): TrafficKey {
  return { client: hostOf(from), server: hostOf(to), port, protocol };
}

/** Returns what tells it from all other traffic of a run, such as `sleep.full → http://httpbin.partial:8000`. */
export function idOf(traffic: Traffic): string {
  return trafficWords(keyOf(traffic));
}

/** Returns it as a question to the model. */
export function questionOf({ from, to, port, protocol }: Traffic, namespaces: Record<string, string>): Question {
  return { client: placed(from, namespaces), server: { ...placed(to, namespaces), port }, protocol };
}

/** Returns what the client asks. */
export function urlOf({ to, port, protocol }: Traffic, namespaces: Record<string, string>): string {
  const { namespace, name } = placed(to, namespaces);
  return `${protocol}://${name}.${namespace}:${port}/headers`;
}

/** Returns a workload or a Service in the run's namespaces. */
export function placed(path: string, namespaces: Record<string, string>): { namespace: string; name: string } {
  const [namespace = '', name = ''] = path.split('/');
  return { namespace: namespaces[namespace] ?? namespace, name };
}

/** `full/sleep` as `sleep.full`. */
function hostOf(path: string): string {
  return path.split('/').toReversed().join('.');
}

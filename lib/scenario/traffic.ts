import { type Protocol, type Question, subsetHeader } from '../model/index.ts';
import { type Target, urlFor } from '../probe/index.ts';
import { named, pairWords, type TrafficKey, trafficWords } from '../results/index.ts';

/** One client asks one port of one Service, with the topology's own names. */
export interface Traffic {
  /** The client's workload, `namespace/name`. */
  from: string;
  /** The Service, `namespace/name`. */
  to: string;
  /** The Service's port. */
  port: number;
  protocol: Protocol;
  /** A subset of the Service. A VirtualService of the step routes to it by the request header automtls-subset. */
  subset?: string;
}

/** Returns its key in the results: `sleep.full`, `httpbin.partial`, 8000, http. */
export function keyOf({ from, to, port, protocol, subset }: Traffic): TrafficKey {
  return { client: hostOf(from), server: hostOf(to), port, protocol, ...(subset !== undefined && { subset }) };
}

/** Returns its id, unique within a run, such as `sleep.full → http://httpbin.partial:8000`. */
export function idOf(traffic: Traffic): string {
  return trafficWords(keyOf(traffic));
}

/** Returns a step's traffic, each with its name in reports, which is as short as the others of the step allow. */
export function namedTraffic(all: readonly Traffic[]): { traffic: Traffic; name: string }[] {
  return named(all.map((traffic) => ({ traffic, ...keyOf(traffic) }))).map(({ traffic, ...key }) => {
    return { traffic, name: pairWords(key) };
  });
}

/** Returns it as a question to the model. */
export function questionOf(traffic: Traffic, namespaces: Record<string, string>): Question {
  const { from, to, port, protocol, subset } = traffic;
  const server = { ...placed(to, namespaces), port, ...(subset !== undefined && { subset }) };
  return { client: placed(from, namespaces), server, protocol };
}

/** Returns the target of the client's requests. */
export function targetOf({ to, port, protocol, subset }: Traffic, namespaces: Record<string, string>): Target {
  const { namespace, name } = placed(to, namespaces);
  const header = subset === undefined ? {} : { header: `${subsetHeader}: ${subset}` };
  return { url: urlFor(protocol, `${name}.${namespace}`, port), protocol, ...header };
}

/** Returns the namespace and name that a workload or Service has in the run. */
export function placed(path: string, namespaces: Record<string, string>): { namespace: string; name: string } {
  const [namespace = '', name = ''] = path.split('/');
  return { namespace: namespaces[namespace] ?? namespace, name };
}

/** Turns `full/sleep` into `sleep.full`. */
function hostOf(path: string): string {
  return path.split('/').toReversed().join('.');
}

import { destinationRule, peerAuthentication, split, taskWorld } from '../fixtures.ts';
import { predict } from '../predict.ts';
import type { RuleId } from '../rules.ts';
import type {
  Expectation,
  KubeObject,
  Mesh,
  MtlsMode,
  Protocol,
  Service,
  TlsMode,
  TrafficPolicy,
  Workload,
  World,
} from '../types.ts';

/** One question on the task's workloads under some policies, what it comes to, and the rules that say so. */
export interface Case {
  says: string;
  policies?: KubeObject[];
  mesh?: Partial<Omit<Mesh, 'release'>> & { release?: string };
  changes?: (world: World) => void;
  /** By default full/sleep. */
  from?: string;
  /** By default full/httpbin. */
  to?: string;
  subset?: string;
  /** By default HTTP. */
  protocol?: Protocol;
  /** As `brief` writes it. */
  comesTo: string;
  by: RuleId[];
}

/** Returns what the model says of a case. */
export function predictCase({
  policies = [],
  mesh = {},
  changes,
  from,
  to,
  subset,
  protocol = 'http',
}: Case): Expectation {
  const { release, ...more } = mesh;
  const world = taskWorld(policies, release, more);
  changes?.(world);
  return predict(world, {
    protocol,
    client: split(from ?? 'full/sleep'),
    server: { ...split(to ?? 'full/httpbin'), port: 8000, ...(subset === undefined ? {} : { subset }) },
  });
}

/** Adds Services and workloads to a world. */
export function withObjects(...objects: (Service | Workload)[]): (world: World) => void {
  return (world) => {
    for (const one of objects) 'spec' in one ? world.services.push(one) : world.workloads.push(one);
  };
}

export const app = { app: 'httpbin' };
export const mixed = 'partial/httpbin';

export const own = (mode: MtlsMode) => peerAuthentication('full/own', mode, { selector: app });
export const wide = (mode: MtlsMode) => peerAuthentication('full/wide', mode);
export const meshWide = (mode: MtlsMode) => peerAuthentication('istio-system/default', mode);
export const rule = (top?: TlsMode | TrafficPolicy) => destinationRule('full/rule', 'httpbin', top);
export const forMixed = (mode: TlsMode) => destinationRule('partial/rule', 'httpbin', mode);
export const atPort = (settings: object) => ({ portLevelSettings: [{ port: { number: 8000 }, ...settings }] });

export const none: RuleId = 'peer-authentication.none';
export const mutual: RuleId[] = ['auto-mtls.endpoint-with-sidecar', 'result.mutual-tls'];

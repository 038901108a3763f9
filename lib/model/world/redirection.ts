import type { Redirection, Service, Workload } from '../types.ts';
import { isAddress, isAmong } from './addresses.ts';
import { type Endpoint, isHeadless } from './endpoints.ts';
import { hasSidecar } from './labels.ts';

const prefix = 'traffic.sidecar.istio.io/';

const names = [
  'includeInboundPorts',
  'excludeInboundPorts',
  'includeOutboundPorts',
  'excludeOutboundPorts',
  'includeOutboundIPRanges',
  'excludeOutboundIPRanges',
] as const satisfies (keyof Redirection)[];

/** What is included unless something is said. Nothing is excluded. */
const defaults: Redirection = { includeInboundPorts: '*', includeOutboundIPRanges: '*' };

/** Ports on which a sidecar and its agent themselves answer, in plain text: metrics and readiness. */
const ownPorts = [15_020, 15_021, 15_090];

/** Returns what annotations of pods say of their redirection; undefined if that is nothing but the default. */
export function redirectionOf(annotations: Readonly<Record<string, string>> = {}): Redirection | undefined {
  return redirectionWith(Object.fromEntries(names.map((name) => [name, annotations[`${prefix}${name}`]])));
}

/** Returns a redirection without what is the default; undefined if nothing else is left. */
export function redirectionWith(all: { [Name in keyof Redirection]: string | undefined }): Redirection | undefined {
  const said = names.flatMap((name) => {
    const value = all[name];
    return value === undefined || value === (defaults[name] ?? '') ? [] : [[name, value] as const];
  });
  return said.length === 0 ? undefined : Object.fromEntries(said);
}

/**
 * Returns what leads connections to a port of a workload's pods past their sidecar; undefined if it takes them. Excluded
 * ports count only where all others are included.
 * istio/istio tools/istio-iptables/pkg/capture/run.go, handleInboundPortsInclude.
 */
export function pastServer(
  { redirection = {} }: Pick<Workload, 'redirection'>,
  port: number,
): keyof Redirection | 'own' | undefined {
  if (ownPorts.includes(port)) return 'own';
  const { includeInboundPorts: included = '*', excludeInboundPorts: excluded = '' } = redirection;
  if (included === '*') return hasPort(excluded, port) ? 'excludeInboundPorts' : undefined;
  return hasPort(included, port) ? undefined : 'includeInboundPorts';
}

/** Whether connections get past the sidecar of the client that opens them, and by what. */
interface Passing {
  /** What leads them past it. */
  past?: keyof Redirection;
  /** What may do so: that depends on addresses which are not known, or of which some are included. */
  unclear?: keyof Redirection;
}

/**
 * Returns whether connections to a port of a Service get past the sidecar of the client. Excluded ports come first, then
 * excluded addresses, included ports and included addresses.
 * istio/istio tools/istio-iptables/pkg/capture/run.go, Run.
 */
export function passing(client: Workload, service: Service, port: number, endpoints: readonly Endpoint[]): Passing {
  const { redirection } = client;
  if (redirection === undefined || !hasSidecar(client)) return {};
  const {
    excludeOutboundPorts = '',
    excludeOutboundIPRanges = '',
    includeOutboundPorts = '',
    includeOutboundIPRanges = '*',
  } = redirection;
  if (hasPort(excludeOutboundPorts, port)) return { past: 'excludeOutboundPorts' };
  const isIn = addressesIn(service, endpoints);
  const excluded = isIn(excludeOutboundIPRanges);
  if (excluded === 'all') return { past: 'excludeOutboundIPRanges' };
  if (excluded !== 'none') return { unclear: 'excludeOutboundIPRanges' };
  if (hasPort(includeOutboundPorts, port) || includeOutboundIPRanges === '*') return {};
  const included = isIn(includeOutboundIPRanges);
  if (included === 'all') return {};
  return included === 'none' ? { past: 'includeOutboundIPRanges' } : { unclear: 'includeOutboundIPRanges' };
}

/** Returns how to find out which of the addresses that a Service's name resolves to are in some ranges. */
function addressesIn(
  service: Service,
  endpoints: readonly Endpoint[],
): (ranges: string) => 'all' | 'none' | 'some' | 'unknown' {
  return (ranges) => {
    const list = split(ranges);
    if (list.length === 0) return 'none';
    const { clusterIP = '' } = service.spec;
    const addresses = isHeadless(service)
      ? endpoints.flatMap(({ workload }) => workload.addresses ?? [''])
      : [clusterIP];
    if (!addresses.every(isAddress)) return 'unknown';
    const count = addresses.filter((address) => isAmong(address, list)).length;
    if (count === 0) return 'none';
    return count === addresses.length ? 'all' : 'some';
  };
}

function hasPort(ports: string, port: number): boolean {
  return split(ports).some((one) => Number(one) === port);
}

function split(text: string): string[] {
  return text.split(',').flatMap((one) => one.trim() || []);
}

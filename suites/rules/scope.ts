import { hostOf, peer, route, rule, sidecar } from '../objects.ts';
import { app, full, httpbin, legacy, sleep } from './objects.ts';
import type { Witness } from './witness.ts';

const labelled = `${legacy}/labelled`;
const strict = peer(labelled, 'STRICT', { selector: { app: 'labelled' } });
const fromFull = { from: sleep.full, to: labelled };
const own = './*';
const hiding = sidecar(`${full}/default`, [own]);
const importing = sidecar(`${full}/default`, [own, `${legacy}/*`]);
const one = { subsets: [{ name: 'one', labels: app, trafficPolicy: { tls: { mode: 'SIMPLE' as const } } }] };

/** STRICT for the server of these witnesses, asked by a client without a sidecar: so it is seen to arrive. */
const strictFirst: Witness = {
  name: 'label-alone',
  says: 'the pods’ label alone asks for a sidecar',
  objects: [strict],
  from: sleep.legacy,
  to: labelled,
  comesTo: '56',
  by: ['peer-authentication.workload'],
};

/**
 * What a client's sidecar knows of the mesh. What it does not know it passes on in plain text, over connections that it
 * keeps open for minutes, and that would count as plain text in later steps. So the server is STRICT from the first of
 * these witnesses on, and the last one that asks it lets the client see it again.
 */
export const scopeWitnesses: Witness[] = [
  strictFirst,
  {
    name: 'sidecar-hides',
    says: 'a Service that the namespace’s Sidecar leaves out gets plain text, whatever the rules',
    objects: [strict, hiding, rule(`${full}/rule`, hostOf(labelled), 'ISTIO_MUTUAL')],
    ...fromFull,
    comesTo: '503',
    by: ['scope.namespace', 'result.plain-text-refused'],
  },
  {
    name: 'sidecar-excludes',
    says: 'a host with ~ leaves out what another takes in',
    since: '1.31',
    after: [strict],
    objects: [strict, sidecar(`${full}/default`, ['*/*', `~${legacy}/*`])],
    ...fromFull,
    comesTo: '503',
    by: ['scope.excluded'],
  },
  {
    name: 'sidecar-hosts-alone',
    says: 'a host for the Service’s namespace keeps those for all namespaces from counting',
    since: '1.11',
    until: '1.15',
    after: [strict],
    objects: [strict, sidecar(`${full}/default`, ['*/*', `${legacy}/httpbin.${legacy}.svc.cluster.local`])],
    ...fromFull,
    comesTo: '503',
    by: ['scope.namespace-hosts-alone'],
  },
  {
    name: 'sidecar-imports-all',
    says: 'a host for all namespaces counts beside one for the Service’s namespace',
    since: '1.15',
    objects: [strict, sidecar(`${full}/default`, ['*/*', `${legacy}/httpbin.${legacy}.svc.cluster.local`])],
    ...fromFull,
    comesTo: 'm',
    by: ['auto-mtls.endpoint-with-sidecar'],
  },
  {
    name: 'sidecar-imports',
    says: 'a Service that the namespace’s Sidecar takes in gets mutual TLS',
    until: '1.15',
    objects: [strict, importing],
    ...fromFull,
    comesTo: 'm',
    by: ['auto-mtls.endpoint-with-sidecar'],
  },
  {
    name: 'sidecar-selects',
    says: 'a Sidecar for the client counts, and the namespace’s does not',
    objects: [strict, importing, sidecar(`${full}/some`, [own], { app: 'sleep' })],
    ...fromFull,
    comesTo: '503',
    by: ['scope.workload'],
  },
  {
    name: 'sidecar-of-others',
    says: 'a Sidecar for another client does not count',
    objects: [strict, importing, sidecar(`${full}/some`, [own], { app: 'curl' })],
    ...fromFull,
    comesTo: 'm',
    by: ['auto-mtls.endpoint-with-sidecar'],
  },
  {
    name: 'not-exported',
    says: 'a Service that is not exported to the client’s namespace gets plain text',
    objects: [peer(`${full}/private`, 'STRICT', { selector: { app: 'private' } })],
    from: sleep.partial,
    to: `${full}/private`,
    comesTo: '503',
    by: ['scope.not-exported', 'result.plain-text-refused'],
  },
  {
    name: 'route-not-exported',
    says: 'a VirtualService for its own namespace does not route requests from others',
    after: [rule(`${full}/rule`, 'httpbin', undefined, one), route(httpbin.full, ['one'])],
    objects: [rule(`${full}/rule`, 'httpbin', undefined, one), route(httpbin.full, ['one'], { exportTo: ['.'] })],
    from: sleep.partial,
    to: httpbin.full,
    subset: 'one',
    comesTo: 'm',
    by: ['scope.route-not-exported'],
  },
];

/** The same for Sidecars of the root namespace. */
export const meshScopeWitnesses: Witness[] = [
  { ...strictFirst, name: 'mesh-label-alone' },
  {
    name: 'root-sidecar',
    says: 'a Sidecar of the root namespace counts where the client’s namespace has none',
    objects: [strict, sidecar('istio-system/rules', [own])],
    ...fromFull,
    comesTo: '503',
    by: ['scope.root'],
  },
  {
    name: 'root-sidecar-replaced',
    says: 'the namespace’s own Sidecar counts, and that of the root namespace does not',
    objects: [strict, sidecar('istio-system/rules', [own]), importing],
    ...fromFull,
    comesTo: 'm',
    by: ['auto-mtls.endpoint-with-sidecar'],
  },
];

import {
  app,
  atPort,
  full,
  httpbin,
  legacy,
  others,
  partial,
  passThrough,
  peer,
  route,
  rule,
  sleep,
} from './objects.ts';
import type { Witness } from './witness.ts';

const off = peer(`${full}/own`, 'DISABLE', { selector: app });
const strict = peer(`${full}/own`, 'STRICT', { selector: app });
const toFull = route(httpbin.full, ['one']);
const fullToFull = { from: sleep.full, to: httpbin.full, subset: 'one' };
const mixed = { from: sleep.full, to: httpbin.partial, subset: 'one' };
const one = (labels: Record<string, string>, trafficPolicy?: object) => ({
  subsets: [{ name: 'one', labels, ...(trafficPolicy && { trafficPolicy }) }],
});
const portWithoutTls = atPort(others, { tls: { mode: 'DISABLE' } });

/** Services with PASSTHROUGH, headless ones, those without endpoints, and ExternalNames. */
export const servicesWitnesses: Witness[] = [
  {
    name: 'balanced-mixed',
    says: 'PASSTHROUGH: plain text where one pod has no sidecar',
    objects: [rule(`${partial}/rule`, 'httpbin', passThrough)],
    ...{ from: sleep.full, to: httpbin.partial, comesTo: 'p' },
    by: ['auto-mtls.pass-through-mixed'],
  },
  {
    name: 'balanced',
    says: 'PASSTHROUGH: mutual TLS where all pods have a sidecar, even to one whose own policy is DISABLE',
    objects: [off, rule(`${full}/rule`, 'httpbin', passThrough)],
    ...{ from: sleep.full, to: httpbin.full, comesTo: '503' },
    by: ['auto-mtls.pass-through-all-sidecars'],
  },
  {
    name: 'alias',
    says: 'an ExternalName is another name for its target, STRICT or not',
    since: '1.21',
    after: [rule(`${full}/rule`, 'httpbin', 'DISABLE')],
    objects: [strict],
    ...{ from: sleep.full, to: `${legacy}/alias`, comesTo: 'm' },
    by: ['external-name.alias'],
  },
  {
    name: 'alias-rule',
    says: 'rules for the target count for an ExternalName, and rules for the ExternalName do not',
    since: '1.21',
    objects: [rule(`${full}/rule`, 'httpbin', 'DISABLE'), rule(`${legacy}/rule`, 'alias', 'SIMPLE')],
    ...{ from: sleep.full, to: `${legacy}/alias`, comesTo: 'p' },
    by: ['external-name.alias'],
  },
  {
    name: 'external',
    says: 'an ExternalName is outside of the mesh, and gets plain text',
    until: '1.21',
    objects: [strict],
    ...{ from: sleep.full, to: `${legacy}/alias`, comesTo: '503' },
    by: ['external-name.external'],
  },
  {
    name: 'external-rule',
    says: 'rules for an ExternalName count',
    until: '1.21',
    objects: [strict, rule(`${legacy}/rule`, 'alias', 'ISTIO_MUTUAL')],
    ...{ from: sleep.full, to: `${legacy}/alias`, comesTo: 'm' },
    by: ['external-name.external', 'destination-rule.tls'],
  },
  {
    name: 'external-mixed',
    says: 'ISTIO_MUTUAL to an ExternalName of both kinds: kube-proxy draws for each retry',
    until: '1.21',
    objects: [rule(`${legacy}/rule`, 'alias-partial', 'ISTIO_MUTUAL')],
    ...{ from: sleep.full, to: `${legacy}/alias-partial`, comesTo: 'm, rarely 503' },
    by: ['external-name.external', 'result.retried-elsewhere'],
  },
  {
    name: 'balanced-port',
    says: 'PASSTHROUGH for a port: the endpoints are not looked at',
    objects: [off, rule(`${full}/rule`, 'httpbin', atPort(passThrough))],
    ...{ from: sleep.full, to: httpbin.full, comesTo: '503' },
    by: ['auto-mtls.pass-through-unseen'],
  },
  {
    name: 'balanced-port-without',
    says: 'PASSTHROUGH that a port’s block without a balancer takes back',
    since: '1.12',
    objects: [off, rule(`${full}/rule`, 'httpbin', atPort(others, passThrough))],
    ...{ from: sleep.full, to: httpbin.full, comesTo: 'p' },
    by: ['auto-mtls.endpoint-disabled'],
  },
  {
    name: 'headless',
    says: 'headless: mutual TLS where all pods have a sidecar, even to one whose own policy is DISABLE',
    after: [],
    objects: [off],
    ...{ from: sleep.full, to: `${full}/headless`, port: 8080, comesTo: '503' },
    by: ['auto-mtls.pass-through-all-sidecars'],
  },
  {
    name: 'headless-mixed',
    says: 'headless: plain text where one pod has no sidecar',
    after: [rule(`${partial}/rule`, 'headless', 'SIMPLE')],
    objects: [],
    ...{ from: sleep.full, to: `${partial}/headless`, port: 8080, comesTo: 'p' },
    by: ['auto-mtls.pass-through-mixed'],
  },
  {
    name: 'shifted',
    says: 'headless, on a port on which nobody listens: the server’s sidecar answers 503',
    objects: [],
    ...{ from: sleep.full, to: `${full}/shifted`, comesTo: '503' },
    by: ['result.nothing-listens'],
  },
  {
    name: 'shifted-bare',
    says: 'the same without sidecars: the connection is refused',
    modelOnly: true,
    objects: [],
    ...{ from: sleep.legacy, to: `${legacy}/shifted`, comesTo: '7' },
    by: ['result.nothing-listens'],
  },
  {
    name: 'empty',
    says: 'no endpoint: the client’s sidecar answers 503',
    objects: [],
    ...{ from: sleep.full, to: `${full}/empty`, comesTo: '503' },
    by: ['result.no-endpoints'],
  },
  {
    name: 'empty-bare',
    says: 'no endpoint: without a sidecar the connection is refused',
    modelOnly: true,
    objects: [],
    ...{ from: sleep.legacy, to: `${full}/empty`, comesTo: '7' },
    by: ['result.no-endpoints'],
  },
];

/** Subsets, to which a VirtualService routes. */
export const subsetsWitnesses: Witness[] = [
  {
    name: 'subset-mode',
    says: 'a subset’s mode over the top level’s',
    objects: [strict, rule(`${full}/rule`, 'httpbin', 'ISTIO_MUTUAL', one(app, { tls: { mode: 'DISABLE' } })), toFull],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['destination-rule.tls'],
  },
  {
    name: 'subset-of-pods',
    says: 'a subset chooses among the pods',
    objects: [
      rule(`${partial}/rule`, 'httpbin', undefined, one({ version: 'nosidecar' })),
      route(httpbin.partial, ['one']),
    ],
    ...{ ...mixed, comesTo: 'p' },
    by: ['auto-mtls.endpoint-without-sidecar'],
  },
  {
    name: 'empty-subset',
    says: 'a subset that no pod is in',
    objects: [rule(`${full}/rule`, 'httpbin', undefined, one({ version: 'v9' })), toFull],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['destination-rule.empty-subset'],
  },
  {
    name: 'subset-inherits-mark',
    says: 'a subset without a mode has the top level’s mark',
    since: '1.31',
    objects: [rule(`${full}/rule`, 'httpbin', portWithoutTls, one(app)), toFull],
    ...{ ...fullToFull, comesTo: 'p' },
    by: ['destination-rule.subset-inherits-mark'],
  },
  {
    name: 'subset-without-mark',
    says: 'a subset without a mode has no mark',
    since: '1.19',
    until: '1.31',
    objects: [rule(`${full}/rule`, 'httpbin', portWithoutTls, one(app)), toFull],
    ...{ ...fullToFull, comesTo: 'm' },
    by: ['auto-mtls.endpoint-with-sidecar'],
  },
  {
    name: 'subset-marked-by-pods',
    says: 'the pods of a subset without a mode have the top level’s mark',
    since: '1.12',
    until: '1.19',
    objects: [rule(`${full}/rule`, 'httpbin', portWithoutTls, one(app)), toFull],
    ...{ ...fullToFull, comesTo: 'p' },
    by: ['destination-rule.subset-of-endpoint'],
  },
  {
    name: 'subset-with-port',
    says: 'a subset without settings of its own has those of the port',
    since: '1.11',
    until: '1.12',
    objects: [rule(`${full}/rule`, 'httpbin', portWithoutTls, one(app)), toFull],
    ...{ ...fullToFull, comesTo: 'm' },
    by: ['destination-rule.no-tls'],
  },
  {
    name: 'subset-without-port',
    says: 'a subset without settings of its own has those of the top level, not of the port',
    until: '1.11',
    objects: [rule(`${full}/rule`, 'httpbin', portWithoutTls, one(app)), toFull],
    ...{ ...fullToFull, comesTo: 'p' },
    by: ['destination-rule.subset-without-port'],
  },
  {
    name: 'unknown-subset',
    says: 'a subset that no rule defines',
    objects: [rule(`${full}/rule`, 'httpbin', 'DISABLE'), toFull],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['destination-rule.unknown-subset'],
  },
  {
    name: 'subset-headless',
    says: 'a subset of a headless Service does not choose among its pods',
    after: [rule(`${full}/rule`, 'headless', 'SIMPLE', one(app)), route(`${full}/headless`, ['one'])],
    objects: [rule(`${full}/rule`, 'headless', undefined, one({ version: 'v9' })), route(`${full}/headless`, ['one'])],
    ...{ from: sleep.full, to: `${full}/headless`, port: 8080, subset: 'one', comesTo: 'm' },
    by: ['auto-mtls.pass-through-all-sidecars'],
  },
  {
    name: 'subset-balanced',
    says: 'PASSTHROUGH at the top level, which a subset’s balancer does not take back',
    objects: [
      off,
      rule(`${full}/rule`, 'httpbin', passThrough, one(app, { loadBalancer: { simple: 'RANDOM' } })),
      toFull,
    ],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['auto-mtls.pass-through-unseen'],
  },
];

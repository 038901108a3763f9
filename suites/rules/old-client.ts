import { atPort, hostOf, others, route, rule } from '../objects.ts';
import { app, full, httpbin, partial, sleep } from './objects.ts';
import type { Witness } from './witness.ts';

const fullToFull = { from: sleep.full, to: httpbin.full };
const partialToFull = { from: sleep.partial, to: httpbin.full };
const toSubset = { ...fullToFull, subset: 'one' };
const toFull = route(httpbin.full, ['one']);
const one = (trafficPolicy?: object) => ({
  subsets: [{ name: 'one', labels: app, ...(trafficPolicy && { trafficPolicy }) }],
});
const plain = { tls: { mode: 'DISABLE' } };
const inRoot = { mesh: { rootNamespace: full } };
const privateRule = rule(`${full}/rule`, 'httpbin', 'DISABLE', { exportTo: ['.'] });
const silent = rule(`${partial}/older`, hostOf(httpbin.full));

/** What releases before 1.10 make of DestinationRules, and what the next ones do. No cluster of today runs them. */
export const oldClientWitnesses: Witness[] = [
  {
    name: 'root-private-unseen',
    says: 'a private rule of the root namespace does not count for its own clients',
    since: '1.5',
    until: '1.8',
    ...inRoot,
    objects: [privateRule],
    ...fullToFull,
    comesTo: 'm',
    by: ['destination-rule.root-private-unseen'],
  },
  {
    name: 'root-private',
    says: 'a private rule of the root namespace counts for its own clients',
    since: '1.8',
    ...inRoot,
    objects: [privateRule],
    ...fullToFull,
    comesTo: 'p',
    by: ['destination-rule.client-namespace'],
  },
  {
    name: 'merged-across-namespaces',
    says: 'an older rule of another namespace takes in the mode of a younger one',
    since: '1.5',
    until: '1.6',
    ages: 'in-order',
    objects: [silent, rule(`${full}/newer`, 'httpbin', 'DISABLE')],
    ...partialToFull,
    comesTo: 'p',
    by: ['destination-rule.merged-across-namespaces'],
  },
  {
    name: 'namespaces-apart',
    says: 'an older rule of another namespace does not take in the mode of a younger one',
    since: '1.6',
    ages: 'in-order',
    objects: [silent, rule(`${full}/newer`, 'httpbin', 'DISABLE')],
    ...partialToFull,
    comesTo: 'm',
    by: ['destination-rule.no-tls', 'destination-rule.client-namespace'],
  },
  {
    name: 'private-leaks',
    says: 'an older exported rule takes in the mode of a younger private one, for other namespaces, too',
    since: '1.5',
    until: '1.6',
    ages: 'in-order',
    objects: [rule(`${full}/older`, 'httpbin'), rule(`${full}/newer`, 'httpbin', 'DISABLE', { exportTo: ['.'] })],
    ...partialToFull,
    comesTo: 'p',
    by: ['destination-rule.merged-across-namespaces'],
  },
  {
    name: 'subset-inherits-nothing',
    says: 'a subset without settings has auto mTLS, whatever the top level says',
    since: '1.5',
    until: '1.6',
    objects: [rule(`${full}/rule`, 'httpbin', 'DISABLE', one()), toFull],
    ...toSubset,
    comesTo: 'm',
    by: ['destination-rule.subset-inherits-nothing'],
  },
  {
    name: 'subset-inherits',
    says: 'a subset without settings has the top level’s mode',
    since: '1.6',
    objects: [rule(`${full}/rule`, 'httpbin', 'DISABLE', one()), toFull],
    ...toSubset,
    comesTo: 'p',
    by: ['destination-rule.tls'],
  },
  {
    name: 'subset-tls-alone',
    says: 'a subset with settings, but none of TLS, has auto mTLS',
    since: '1.5',
    until: '1.8',
    objects: [rule(`${full}/rule`, 'httpbin', 'DISABLE', one(others)), toFull],
    ...toSubset,
    comesTo: 'm',
    by: ['destination-rule.subset-tls-alone'],
  },
  {
    name: 'subset-tls-inherited',
    says: 'a subset with settings, but none of TLS, has the top level’s mode',
    since: '1.8',
    objects: [rule(`${full}/rule`, 'httpbin', 'DISABLE', one(others)), toFull],
    ...toSubset,
    comesTo: 'p',
    by: ['destination-rule.tls'],
  },
  {
    name: 'subset-masked',
    says: 'a subset’s mode does not count where the top level has none',
    since: '1.5',
    until: '1.6',
    objects: [rule(`${full}/rule`, 'httpbin', undefined, one(plain)), toFull],
    ...toSubset,
    comesTo: 'm',
    by: ['destination-rule.subset-masked'],
  },
  {
    name: 'subset-not-masked',
    says: 'a subset’s mode counts where the top level has none',
    since: '1.6',
    objects: [rule(`${full}/rule`, 'httpbin', undefined, one(plain)), toFull],
    ...toSubset,
    comesTo: 'p',
    by: ['destination-rule.tls'],
  },
  {
    name: 'subset-not-plain',
    says: 'a subset’s DISABLE does not take back the top level’s TLS',
    since: '1.5',
    until: '1.8',
    objects: [rule(`${full}/rule`, 'httpbin', 'ISTIO_MUTUAL', one(plain)), toFull],
    ...toSubset,
    comesTo: 'm',
    by: ['destination-rule.subset-not-plain'],
  },
  {
    name: 'subset-port-inherits',
    says: 'without auto mTLS, a subset’s block for the port without tls leaves it the top level’s',
    since: '1.5',
    until: '1.8',
    autoMtls: false as const,
    objects: [rule(`${full}/rule`, 'httpbin', 'ISTIO_MUTUAL', one(atPort(others))), toFull],
    ...toSubset,
    comesTo: 'm',
    by: ['destination-rule.subset-port-inherits'],
  },
  {
    name: 'subset-port-alone',
    says: 'without auto mTLS, a subset’s block for the port without tls is plain text',
    since: '1.8',
    autoMtls: false as const,
    objects: [rule(`${full}/rule`, 'httpbin', 'ISTIO_MUTUAL', one(atPort(others))), toFull],
    ...toSubset,
    comesTo: 'p',
    by: ['auto-mtls.off'],
  },
].map((witness) => ({ ...witness, modelOnly: true }) as Witness);

import type { Saboteur } from '../lib/tools/prove/index.ts';
import { came, cause, fewerSent, unreadFor, wrong } from './because.ts';
import { from, fullToFull, legacyToFull, to } from './cells.ts';
import { authorizationPolicy, envoyFilter, fault, hcm, sidecar, virtualService } from './objects.ts';
import { disable, strict } from './steps.ts';

/** A filter that no Envoy knows: sidecars reject the listeners that have it. */
const unknown = envoyFilter('full/unknown', 'httpbin', {
  applyTo: 'NETWORK_FILTER',
  match: { context: 'ANY', listener: { filterChain: { filter: { name: hcm } } } },
  patch: {
    operation: 'INSERT_BEFORE',
    value: {
      name: 'nobody.knows',
      typed_config: {
        '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
        value: {},
        type_url: 'type.googleapis.com/nobody.knows.v1.Filter',
      },
    },
  },
});

/** Returns a route by which the sidecars of clients answer themselves. */
function answer(status: number, body?: string) {
  return virtualService('full/answers', {
    hosts: ['httpbin.full.svc.cluster.local'],
    http: [{ directResponse: { status, ...(body !== undefined && { body: { string: body } }) } }],
  });
}

/** Returns a filter by which the sidecar of httpbin.full answers one in so many requests with 503. */
const oneIn = (requests: number) => envoyFilter('full/fault', 'httpbin', fault(100 / requests));

const denied = authorizationPolicy('full/deny', { action: 'DENY', rules: [{}] });

/** Objects that the model ignores, and that change what requests get. */
export const others: Saboteur[] = [
  {
    name: 'denied',
    title: 'an AuthorizationPolicy that denies everything in full, there before the run',
    ...disable,
    when: 'start',
    break: ({ make }) => make(denied),
    turns: [
      {
        of: [fullToFull, legacyToFull],
        to: 'fail',
        because: cause('AuthorizationPolicy full/deny'),
      },
    ],
  },
  {
    name: 'denied-meanwhile',
    title: 'an AuthorizationPolicy that denies everything in full, made during the run',
    ...disable,
    when: 'between',
    break: ({ make }) => make(denied),
    turns: [
      {
        of: to('httpbin.full'),
        to: 'inconclusive',
        because: came('AuthorizationPolicy full/deny'),
      },
    ],
  },
  {
    name: 'hidden-host',
    title: 'a Sidecar that hides httpbin.partial from the clients in full',
    ...disable,
    // One that was there before the run is part of what the model expects.
    when: 'between',
    break: ({ renewAfterwards, make }) => {
      renewAfterwards('full/sleep');
      return make(sidecar('full/default', { egress: [{ hosts: ['./*', 'istio-system/*', 'legacy/*'] }] }));
    },
    turns: [
      {
        of: [...from('sleep.full'), legacyToFull],
        to: 'inconclusive',
        because: came('Sidecar full/default'),
      },
    ],
  },
  {
    name: 'answers-418',
    title: "a VirtualService by which the client's sidecar answers 418 for httpbin.full",
    ...strict,
    when: 'start',
    break: ({ make }) => make(answer(418)),
    turns: [{ of: [fullToFull], to: 'fail', because: cause('VirtualService full/answers') }],
  },
  {
    name: 'answers-200',
    title: 'a server that answers 200 to everything, without saying what it was asked',
    ...strict,
    when: 'start',
    break: ({ make }) => make(answer(200, 'ok')),
    turns: [{ of: [fullToFull], to: 'inconclusive', because: unreadFor({ code: 'answer-unreadable' }) }],
  },
  {
    name: 'answers-200-plain',
    title: 'a server that answers 200 to everything, as httpbin would to plain text',
    ...strict,
    when: 'start',
    break: ({ make }) => make(answer(200, '{"headers":{"Host":["httpbin"]}}')),
    turns: [{ of: [fullToFull], to: 'fail', because: wrong({ kind: 'plain' }) }],
  },
  {
    name: 'answers-200-with-identity',
    title: 'a server that answers 200 to everything, with the identity of the client that it should have seen',
    ...strict,
    when: 'start',
    break: ({ make, namespaces }) => {
      const identity = `spiffe://cluster.local/ns/${namespaces['full']}/sa/sleep`;
      const header = `By=spiffe://a/b;Hash=c;Subject=;URI=${identity}`;
      return make(answer(200, JSON.stringify({ headers: { 'X-Forwarded-Client-Cert': [header] } })));
    },
    turns: [
      {
        of: [fullToFull],
        to: 'fail',
        because: fewerSent,
      },
    ],
  },
  {
    name: 'one-in-ten',
    title: 'the sidecar of httpbin.full answers one request in ten with 503',
    ...disable,
    when: 'start',
    break: ({ make }) => make(oneIn(10)),
    turns: [
      {
        of: [fullToFull, legacyToFull],
        to: 'fail',
        because: cause('EnvoyFilter full/fault'),
      },
    ],
  },
  {
    name: 'one-in-a-hundred',
    title: 'the sidecar of httpbin.full answers one request in a hundred with 503',
    ...disable,
    when: 'start',
    sensitivity: { share: 0.01, chance: 1e-4 },
    pairs: [fullToFull],
    break: ({ make }) => make(oneIn(100)),
    turns: [
      {
        of: [fullToFull],
        to: 'fail',
        because: cause('EnvoyFilter full/fault'),
      },
    ],
  },
  {
    name: 'one-in-ten-meanwhile',
    title: 'from the middle of the run on the sidecar of httpbin.full answers one request in ten with 503',
    ...disable,
    when: 'between',
    break: ({ make }) => make(oneIn(10)),
    turns: [
      {
        of: to('httpbin.full'),
        to: 'inconclusive',
        because: came('EnvoyFilter full/fault'),
      },
    ],
  },
  {
    name: 'rejected',
    title: 'an EnvoyFilter makes the sidecar of httpbin.full reject its listeners, so STRICT cannot arrive',
    ...strict,
    when: 'start',
    break: ({ make }) => make(unknown),
    turns: [
      {
        of: [legacyToFull],
        to: 'fail',
        because: { code: 'rejected', resources: 'listeners' },
      },
    ],
  },
];

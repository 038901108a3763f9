import type { Saboteur } from '../lib/prove/saboteur.ts';
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
        ...{ '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct', value: {} },
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
        why: /403; a likely cause: AuthorizationPolicy full\/deny acts on/,
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
        why: /AuthorizationPolicy full\/deny acts on .*; it was made during the run/,
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
        why: /Sidecar full\/default acts on .*; it was made during the run/,
      },
    ],
  },
  {
    name: 'answers-418',
    title: "a VirtualService by which the client's sidecar answers 418 for httpbin.full",
    ...strict,
    when: 'start',
    break: ({ make }) => make(answer(418)),
    turns: [{ of: [fullToFull], to: 'fail', why: /were 418; a likely cause: VirtualService full\/answers/ }],
  },
  {
    name: 'answers-200',
    title: 'a server that answers 200 to everything, without saying what it was asked',
    ...strict,
    when: 'start',
    break: ({ make }) => make(answer(200, 'ok')),
    turns: [{ of: [fullToFull], to: 'inconclusive', why: /the server's answer cannot be read/ }],
  },
  {
    name: 'answers-200-plain',
    title: 'a server that answers 200 to everything, as httpbin would to plain text',
    ...strict,
    when: 'start',
    break: ({ make }) => make(answer(200, '{"headers":{"Host":["httpbin"]}}')),
    turns: [{ of: [fullToFull], to: 'fail', why: /answers after the step had arrived were 200 in plain text/ }],
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
        why: /\d+ answers came, but the client's own sidecar made only \d+ requests to the server/,
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
        why: /\d+ of \d+ answers after the step had arrived (were|was) 503; a likely cause: EnvoyFilter full\/fault/,
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
        why: /\d+ of \d+ answers after the step had arrived (were|was) 503; a likely cause: EnvoyFilter full\/fault/,
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
        why: /EnvoyFilter full\/fault acts on .*; it was made during the run/,
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
        why: /the last answer within \d+ s was 200 in plain text; a likely cause: the sidecar of full\/httpbin-\S+ rejects the listeners/,
      },
    ],
  },
];

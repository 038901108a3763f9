import type { Service } from '../../../model/types.ts';
import type { Answer, Client } from '../../../survey/index.ts';
import type { Observation } from '../../../verdict/observed.ts';
import { isRight } from './compare.ts';

const client = { namespace: 'shop', account: 'web' } as Client;
const identity = 'spiffe://cluster.local/ns/shop/sa/web';
/** The survey names one of several clients that come to the same. */
const mtls = { outcome: { kind: 'mtls', identity: 'spiffe://cluster.local/ns/pay/sa/other' }, endpoints: [], share: 1 };
const unavailable = { outcome: { kind: 'unavailable' }, endpoints: [], share: 0.5 };
const mutual: Observation = { kind: 'mtls', identity };
const plain: Observation = { kind: 'plain' };

const service = (clusterIP: string): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { clusterIP },
});

function right(
  outcomes: object[],
  seen: Observation[],
  rest: Partial<Answer> = {},
  target = service('10.0.0.1'),
): boolean {
  const answer = { result: 'mtls', outcomes, reasons: [], notJudged: [], mayRefuse: [], ...rest } as Answer;
  return isRight({ source: 'test', answer, client }, seen, { target });
}

test('mutual TLS is the client’s own, and not another’s', () => {
  expect(right([mtls], [mutual])).toBe(true);
  expect(right([mtls], [{ kind: 'mtls', identity: mtls.outcome.identity }])).toBe(false);
  expect(right([mtls], [plain])).toBe(false);
  expect(right([mtls], [mutual, plain])).toBe(false);
});

test('each outcome must come unless it is rare, and without an answer nothing is right', () => {
  expect(right([mtls, unavailable], [mutual, { kind: 'unavailable' }])).toBe(true);
  expect(right([mtls, unavailable], [mutual])).toBe(false);
  expect(right([mtls, { ...unavailable, rare: true }], [mutual])).toBe(true);
  expect(right([mtls], [])).toBe(false);
});

test('what a policy may refuse may be refused', () => {
  const denied: Observation = { kind: 'other', status: 403 };
  expect(right([mtls], [denied])).toBe(false);
  expect(right([mtls], [denied], { mayRefuse: ['AuthorizationPolicy shop/web'] })).toBe(true);
});

test('of a headless Service a client may always get the same pod', () => {
  const headless = service('None');
  expect(right([mtls, unavailable], [mutual], {}, headless)).toBe(true);
  expect(right([mtls, unavailable], [plain], {}, headless)).toBe(false);
});

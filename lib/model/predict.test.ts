import { brief, destinationRule, peerAuthentication, split, taskWorld } from './fixtures.ts';
import { predict } from './predict.ts';
import type { KubeObject } from './types.ts';

const ask = (policies: KubeObject[], to = 'full/httpbin') =>
  predict(taskWorld(policies), {
    protocol: 'http',
    client: split('full/sleep'),
    server: { ...split(to), port: 8000 },
  });

describe('the reasons', () => {
  test.each([
    ['DISABLE' as const, 'whose own settings stand'],
    [undefined, 'and its settings, as that one has none'],
  ])('say what a second rule adds where the first sets %s', (mode, what) => {
    const rules = [
      destinationRule('full/rule', 'httpbin', mode),
      destinationRule('full/second', 'httpbin', 'ISTIO_MUTUAL'),
    ];
    const { reasons } = ask(rules);
    expect(reasons.find((one) => one.rule === 'destination-rule.merged')?.text).toBe(
      `DestinationRule full/second is for the same host: its subsets are added to DestinationRule full/rule, ${what}`,
    );
  });

  test.each([
    ['DISABLE' as const, 'DestinationRule full/rule sets DISABLE: plain text'],
    [undefined, 'DestinationRule full/second sets ISTIO_MUTUAL: mutual TLS'],
  ])('name the rule that sets the mode, where the first of two sets %s', (mode, what) => {
    const { reasons } = ask([
      destinationRule('full/rule', 'httpbin', mode),
      destinationRule('full/second', 'httpbin', 'ISTIO_MUTUAL'),
    ]);
    const decided = reasons.find((one) => one.rule === 'destination-rule.tls');
    expect(decided?.text).toContain(what);
    expect(what).toContain(decided?.object as string);
  });

  test('say how many requests retries do not save', () => {
    const { reasons } = ask([destinationRule('partial/rule', 'httpbin', 'ISTIO_MUTUAL')], 'partial/httpbin');
    expect(reasons.find((one) => one.rule === 'result.retried-elsewhere')?.text).toMatch(
      /take it answer instead, except for at most 1 of 8,192 requests, for which it draws only others$/,
    );
  });

  test('name the rule’s release where releases differ', () => {
    const expectation = ask([peerAuthentication('full/own', 'DISABLE', { selector: { app: 'httpbin' } })]);
    expect(brief(expectation)).toBe('p');
    expect(expectation.reasons.map(({ rule: id, since }) => [id, since])).toEqual([
      ['peer-authentication.workload', '1.5'],
      ['auto-mtls.endpoint-disabled', '1.12'],
      ['result.plain-text', undefined],
    ]);
  });
});

describe('a question that the world cannot answer', () => {
  const wrong = (from: string, to: string, port = 8000) =>
    predict(taskWorld([]), { protocol: 'http', client: split(from), server: { ...split(to), port } });

  test.each([
    ['full/curl', 'full/httpbin', 8000, 'There is no workload full/curl to ask from'],
    ['full/sleep', 'full/sleep', 8000, 'There is no Service full/sleep to ask'],
    ['full/sleep', 'full/httpbin', 80, 'Service full/httpbin has no port 80'],
  ])('%s to %s:%i', (from, to, port, message) => {
    expect(() => wrong(from, to, port)).toThrow(message);
  });
});

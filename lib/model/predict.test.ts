import { own, predictCase, rule } from './cases/case.ts';
import { clientCases } from './cases/client.ts';
import { releasesCases } from './cases/releases.ts';
import { serverCases } from './cases/server.ts';
import { servicesCases } from './cases/services.ts';
import { brief, destinationRule, split, taskWorld } from './fixtures.ts';
import { predict } from './predict.ts';
import { rules } from './rules.ts';

const cases = [...serverCases, ...clientCases, ...servicesCases, ...releasesCases];

describe('what a question comes to, and by which rules', () => {
  test.each(cases)('$says: $comesTo', (one) => {
    const expectation = predictCase(one);
    expect(brief(expectation)).toBe(one.comesTo);
    expect([...new Set(expectation.reasons.map(({ rule }) => rule))]).toEqual(one.by);
    expect(expectation.outcomes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  test('every rule of the catalogue has its case', () => {
    expect(new Set(cases.flatMap(({ by }) => by))).toEqual(new Set(Object.keys(rules)));
  });
});

describe('the reasons', () => {
  test.each(cases)('of "$says" are sentences, each once, with a source', (one) => {
    const { reasons } = predictCase(one);
    expect(new Set(reasons.map(({ text }) => text)).size).toBe(reasons.length);
    for (const { text, source } of reasons) {
      expect(text).toMatch(/^\S.*[^.\s]$/);
      expect(text).not.toMatch(/undefined|\[object/);
      expect(source).not.toBe('');
    }
  });

  test.each([
    ['DISABLE' as const, 'whose own settings stand'],
    [undefined, 'and its settings, as that one has none'],
  ])('say what a second rule adds where the first sets %s', (mode, what) => {
    const second = destinationRule('full/second', 'httpbin', 'ISTIO_MUTUAL');
    const { reasons } = predictCase({ says: '', policies: [rule(mode), second], comesTo: '', by: [] });
    expect(reasons.find((one) => one.rule === 'destination-rule.merged')?.text).toBe(
      `DestinationRule full/second is for the same host: its subsets are added to DestinationRule full/rule, ${what}`,
    );
  });

  test('name the rule’s release where releases differ', () => {
    const { reasons } = predictCase({ says: '', policies: [own('DISABLE')], comesTo: '', by: [] });
    expect(reasons.map(({ rule: id, since }) => [id, since])).toEqual([
      ['peer-authentication.workload', '1.5'],
      ['auto-mtls.endpoint-disabled', '1.12'],
      ['result.plain-text', undefined],
    ]);
  });
});

describe('a question that the world cannot answer', () => {
  const ask = (from: string, to: string, port = 8000) =>
    predict(taskWorld([]), { protocol: 'http', client: split(from), server: { ...split(to), port } });

  test.each([
    ['full/curl', 'full/httpbin', 8000, 'There is no workload full/curl to ask from'],
    ['full/sleep', 'full/sleep', 8000, 'There is no Service full/sleep to ask'],
    ['full/sleep', 'full/httpbin', 80, 'Service full/httpbin has no port 80'],
  ])('%s to %s:%i', (from, to, port, message) => {
    expect(() => ask(from, to, port)).toThrow(message);
  });
});

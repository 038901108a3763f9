import { adviceOf } from './advice.ts';
import { lost, pathsOf, transitionsOf, tried } from './fixtures.ts';

const IN_STEPS = 'permissive+disable:permissive:strict';

/** Returns what was measured on a release, with other tries of one path. */
function withTries(version: string, name: string, ...tries: ReturnType<typeof tried>[]) {
  return transitionsOf(
    version,
    pathsOf().map((path) => (path.name === name ? { ...path, tries } : path)),
  );
}

test('the way without loss is in words, with how many requests were sent; the direct one is beside it', () => {
  expect(adviceOf([transitionsOf()])).toEqual([
    {
      aim: 'lock down',
      ends: 'PERMISSIVE, rule DISABLE → STRICT',
      best: 'remove the DestinationRule; then set STRICT. So none of 4,000 requests was lost on Istio 1.31.0.',
      direct: 'All at once, one attempt lost at most 12 on Istio 1.31.0.',
    },
  ]);
});

test('one release on which the way lost something is enough for it to be not without loss', () => {
  const [advice] = adviceOf([transitionsOf(), withTries('1.10.0', IN_STEPS, tried(lost(0), lost(1)))]);
  expect(advice?.best).toBe(
    'remove the DestinationRule; then set STRICT. No way was without loss: one attempt lost at most 0 on Istio 1.31.0, 1 on Istio 1.10.0.',
  );
});

test('of ways that lose as little, the one without a race; what the direct one lost is beside it', () => {
  const [advice] = adviceOf([withTries('1.31.0', 'permissive+disable:strict', tried(lost(0)))]);
  expect(advice?.best).toMatch(/^remove the DestinationRule; then set STRICT\. So none of 4,000/);
  expect(advice?.direct).toBe('All at once, none of 1,000 requests was lost on Istio 1.31.0.');
});

test('a race that was always won is called one', () => {
  const [advice] = adviceOf([
    transitionsOf(
      '1.31.0',
      pathsOf()
        .slice(1, 2)
        .map((path) => ({ ...path, tries: [tried(lost(0))] })),
    ),
  ]);
  expect(advice?.best).toBe(
    'set STRICT and at the same time remove the DestinationRule. So none of 1,000 requests was lost on Istio 1.31.0. But it is a race.',
  );
  expect(advice).not.toHaveProperty('direct');
});

test('a way that was not measured on a release is no advice', () => {
  const inconclusive = { ...tried(), verdict: 'inconclusive' as const };
  const [advice] = adviceOf([transitionsOf(), withTries('1.10.0', IN_STEPS, inconclusive)]);
  expect(advice?.best).toMatch(/^set STRICT and at the same time .* No way was without loss/);
});

test('a way through a refusal is no advice, even if no other was measured', () => {
  const [advice] = adviceOf([transitionsOf('1.31.0', pathsOf().slice(3))]);
  expect(advice).toEqual({
    aim: 'lock down',
    ends: 'PERMISSIVE, rule DISABLE → STRICT',
    best: 'no way that the model lets pass was measured on every release.',
  });
});

test('paths without an aim give no advice', () => {
  expect(adviceOf([transitionsOf('1.31.0', pathsOf().slice(0, 1))])).toEqual([]);
});

import { checkTime, missed } from './check-times.ts';

const small = { namespaces: 2, services: 4, pods: 8, policies: 4, limits: { answerMs: 60_000, memory: 2 ** 31 } };

test('check is run as a program of its own on a mesh that is served, and what it used is measured', async () => {
  const time = await checkTime(small, { signal: AbortSignal.timeout(60_000), onProgress: () => {} });
  expect(time.lists.cpuMs).toBeGreaterThan(50);
  expect(time.answer.cpuMs).toBeGreaterThan(1);
  expect(time.answer.wallMs).toBeGreaterThan(1);
  // No Node is smaller, and none this large for four Services.
  expect(time.memory / 2 ** 20).toBeGreaterThan(40);
  expect(time.memory / 2 ** 20).toBeLessThan(600);
  expect(missed(time)).toEqual([]);
  expect(missed({ ...time, limits: { answerMs: 1, memory: 2 ** 20 } })).toEqual([
    'the answer took more than 0.001 s of CPU time',
    'it needed more than 0.0009765625 GiB',
  ]);
}, 90_000);

import { brotliCompressSync } from 'node:zlib';
import { UsageError } from '../platform/errors.ts';
import type { RunRecord } from '../verdict/record/step.ts';
import { packed, recordsFrom } from './record-file.ts';

const record: RunRecord = {
  schema: 'automtls.dev/record/v1',
  automtls: { version: '0.1.0' },
  run: 'ab12c3',
  setting: {
    topology: { workloads: [], services: [] },
    namespaces: { full: 'full-ab12c3' },
    mesh: { release: [1, 31], rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: true },
    meshObject: 'ConfigMap istio-system/istio',
    made: [],
  } as unknown as RunRecord['setting'],
  steps: [{ suite: 'setup', step: 'ready', decided: [], kind: 'check', reasons: [] }],
};

test('a record is read as it was written', () => {
  expect(recordsFrom(packed(record), 'x')).toEqual([record]);
});

test('records of several runs are one file, too', () => {
  expect(recordsFrom(packed([record, record]), 'x')).toEqual([record, record]);
});

test('steps that are alike take hardly more than one', () => {
  const steps = Array.from({ length: 20 }, () => ({
    ...record.steps[0],
    noise: 'a pod and its endpoints '.repeat(99),
  }));
  const many = { ...record, steps } as unknown as RunRecord;
  expect(packed(many).length).toBeLessThan(2 * packed({ ...many, steps: many.steps.slice(0, 1) }).length);
});

const text = (value: unknown) => brotliCompressSync(JSON.stringify(value));

test.each<[string, Uint8Array, string]>([
  ['is not compressed', Buffer.from(JSON.stringify(record)), 'x cannot be unpacked ('],
  ['is cut off', packed(record).subarray(0, 40), 'x cannot be unpacked ('],
  ['is no JSON', brotliCompressSync('{'), 'x is not JSON: name the folder'],
  ['is of another version', text({ ...record, schema: 'automtls.dev/record/v9' }), 'schema: '],
  [
    'is of something else',
    text({ suites: [] }),
    'name the folder of a run, which has results.json and record.json.br.',
  ],
  ['has a step of a strange kind', text({ ...record, steps: [{ ...record.steps[0], kind: 'x' }] }), 'steps.0.kind: '],
])('a file that %s is refused, with what to do', (_, file, sentence) => {
  const reading = () => recordsFrom(file, 'x');
  expect(reading).toThrow(UsageError);
  expect(reading).toThrow(sentence);
});

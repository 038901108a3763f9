import { evaluate, expand, type Scope, type Value } from './expression.ts';

const scope: Scope = {
  contexts: {
    matrix: { istio: '1.31', required: false, count: 3 },
    inputs: {},
    steps: { 'last-night': { outputs: { key: 'night-1' } } },
    list: ['a'],
  },
  functions: { always: () => true, fromJSON: (text) => JSON.parse(String(text)), join: (...all) => all.join('+') },
};

test.each<[string, Value]>([
  ["'it''s'", "it's"],
  ['42', 42],
  ['true', true],
  ['null', null],
  ['matrix.istio', '1.31'],
  [' matrix.required ', false],
  ['steps.last-night.outputs.key', 'night-1'],
  ['steps.other.outputs.key', null],
  ['inputs.cluster', null],
  ["inputs.cluster || 'kind'", 'kind'],
  ["matrix.istio && 'found'", 'found'],
  ["inputs.cluster && 'found'", null],
  ["inputs.a || inputs.b || 'c'", 'c'],
  ["matrix.istio == '1.31' && matrix.count != 4", true],
  ["'A' == 'a'", true],
  ["inputs.cluster == ''", true],
  ["inputs.cluster != ''", false],
  ["matrix.istio != ''", true],
  ["'1' == 1", true],
  ['!matrix.required', true],
  ['!(matrix.required || true)', false],
  ['always() && !inputs.cluster', true],
  ["join('a', matrix.istio)", 'a+1.31'],
  [`fromJSON('{"include":[1]}')`, { include: [1] }],
])('%s', (text, value) => expect(evaluate(text, scope)).toEqual(value));

test.each([
  ['secrets.TOKEN', 'the context secrets is not known here'],
  ['success()', 'the function success is not known here'],
  ['matrix.count > 2', 'is not understood from "> 2" on'],
  ["matrix['istio']", `is not understood from "['istio']" on`],
  ['list.0', 'lists are not looked into here'],
  ['matrix == inputs', 'lists and objects are not compared here'],
  ["'a' 'b'", 'has more than is understood here'],
  ['(true', 'a bracket is not closed'],
  ["join('a'", 'join(…) is not closed'],
  ['', '"" is not understood here'],
])('%s is not guessed at', (text, sentence) => expect(() => evaluate(text, scope)).toThrow(sentence));

test('a text has expressions within it; one that is all of it keeps its kind', () => {
  const braced = (expression: string): string => `\${{ ${expression} }}`;
  expect(expand(`job-${braced('matrix.istio')}-${braced('matrix.count')}`, scope)).toBe('job-1.31-3');
  expect(expand(braced('inputs.cluster'), scope)).toBeNull();
  expect(expand(` ${braced('!matrix.required')} `, scope)).toBe(true);
  expect(expand(`a${braced('inputs.cluster')}b`, scope)).toBe('ab');
  expect(expand(braced('matrix.istio').repeat(2), scope)).toBe('1.311.31');
  expect(expand('nothing', scope)).toBe('nothing');
  expect(() => expand(`a ${braced('matrix')}`, scope)).toThrow('is no text');
});

import { UsageError } from '../platform/errors.ts';
import { assertAsks, kindsOf, scenarioOf, topologiesOf } from './scenario.ts';
import type { Step, Suite } from './suite.ts';
import { namespacesOf, topology, topologyFrom } from './topology.ts';

const ask: Step = { kind: 'ask', title: 'asked', objects: [] };
const check: Step = { kind: 'check', title: 'ready', check: 'ready' };
const suite = (name: string, ...steps: Step[]): Suite => ({ name, title: '', about: '', topology: name, steps });

test('a step asks what it names, else all of its topology', () => {
  const { traffic } = topology('auto-mtls');
  const [one] = traffic;
  expect(scenarioOf({ topology: 'auto-mtls' }, ask as never).traffic).toEqual(traffic);
  expect(scenarioOf({ topology: 'auto-mtls' }, { ...ask, traffic: [one] } as never).traffic).toEqual([one]);
});

test('a suite applies the kinds of its steps’ objects, not counting those in files', () => {
  const object = { apiVersion: 'x/v1', kind: 'Sidecar', metadata: { name: 'x' } };
  const applying = suite('x', check, ask, { kind: 'ask', title: 'x', objects: ['strict', object] });
  expect([kindsOf(applying), kindsOf(suite('x', ask))]).toEqual([['Sidecar'], []]);
});

test('a topology is there once, and only where a suite asks it', () => {
  const asking = suite('auto-mtls', ask);
  expect(topologiesOf([asking, asking, suite('nowhere', check)]).map(({ name }) => name)).toEqual(['auto-mtls']);
  expect(topologiesOf([suite('auto-mtls', check)]).map(({ name }) => name)).toEqual(['auto-mtls']);
});

test('two topologies with a namespace of one name are refused: a run has but one of it', () => {
  const other = topologyFrom('other', [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'full' } }]);
  expect(namespacesOf([other], 'ab12c3')).toEqual({ full: 'full-ab12c3' });
  expect(() => namespacesOf([topology('auto-mtls'), other], 'ab12c3')).toThrow(UsageError);
  expect(() => namespacesOf([topology('auto-mtls'), other], 'ab12c3')).toThrow(
    'The topologies auto-mtls and other both have a namespace full, but a run makes all topologies of its suites at once: rename it in one of them, or run their suites separately with --suite.',
  );
});

test('a run that would ask nothing is refused', () => {
  const frame = [suite('setup', check), suite('cleanup', check)];
  expect(() => assertAsks(frame)).toThrow('No step of setup, cleanup asks anything of the mesh');
  expect(() => assertAsks([...frame, suite('probes')])).toThrow(UsageError);
  expect(() => assertAsks([...frame, suite('probes', check)])).not.toThrow();
  expect(() => assertAsks([suite('setup', ask), suite('cleanup', check)])).not.toThrow();
});

import { spawnSync } from 'node:child_process';

/** Runs a suite in another process, because Jest cannot run inside Jest. Colours are forced, as in some CI systems. */
function runSuites(stage: string): string {
  const script = `
    const { runSuites } = await import(${JSON.stringify(new URL('run-suites.ts', import.meta.url).href)});
    const step = { kind: 'check', title: 'a', check: 'ready' };
    const stage = { suites: [{ name: 'a', title: '', steps: [step] }], onUncaught() {}, ${stage} };
    console.log(JSON.stringify(await runSuites(stage).catch(({ message }) => message)));
    process.exit();`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', '--input-type=module', '-e', script],
    { encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '1' } },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('what Jest says of an error has no colours, since it ends in the results', () => {
  const failing = `perform: async () => { throw new Error('\\u001b[31mred') }`;
  expect(runSuites(failing)).toEqual({ passed: 0, failed: 1, firstError: 'Error: red' });
  const broken = `get suites() { throw new Error('no suites') }`;
  expect(runSuites(broken)).toMatch(
    /^Jest ran no test: {3}● Test suite failed to run\n\n {4}no suites\n[^\p{Cc}]*(?:\n[^\p{Cc}]*)*$/u,
  );
});

test('a step that is not run is neither a pass nor a failure, and not the first error', () => {
  const steps = `
    suites: [{ name: 'a', title: '', steps: ['a', 'b'].map((title) => ({ kind: 'check', title, check: 'ready' })) }],`;
  const stopping = `${steps} perform: async (_, { title }) => title === 'a' ? { verdict: 'fail', why: 'x' } : undefined`;
  expect(runSuites(stopping)).toEqual({ passed: 0, failed: 1, firstError: 'Error: fail: x' });
  expect(runSuites(`${steps} perform: async () => undefined`)).toEqual({ passed: 0, failed: 0 });
});

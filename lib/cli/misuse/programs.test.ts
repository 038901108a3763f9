import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { execa } from 'execa';

// What npm itself makes of flags without `--`. lib/cli/options/npm-took.test.ts has more, and .ci/nodes other npms.

jest.setTimeout(60_000);

test.each([
  [['test', '--suite=strict', '--kubeconfig=/nowhere'], 'npm test -- --kubeconfig /nowhere --suite strict'],
  [['test', '--suite', 'strict'], 'npm test -- --suite strict'],
  [['run', 'fuzz', '--path', '1:2'], 'npm run fuzz -- --path 1:2'],
])('npm %p is refused', async (args, written) => {
  const { exitCode, all } = await execa('npm', args, {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    reject: false,
    all: true,
    timeout: 30_000,
    // What is not refused has nowhere to build.
    env: { XDG_CACHE_HOME: '/dev/null/cache', XDG_STATE_HOME: '/dev/null/state' },
  });
  expect(all).toContain(`write \`${written}\`.`);
  expect(exitCode).toBe(2);
});

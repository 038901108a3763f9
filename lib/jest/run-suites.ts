import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { InconclusiveError } from '../errors.ts';
import type { JestCount } from '../run/conformance.ts';
import { type Stage, setStage } from './stage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const config = {
  rootDir: root,
  testMatch: ['<rootDir>/lib/jest/conformance.ts'],
  testEnvironment: '<rootDir>/lib/jest/environment.ts',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/lib/jest/transform.ts' },
  // Each step ends by limits of its own, whose messages say more than Jest's would; no option makes them as long as this.
  testTimeout: 3_600_000,
};

/**
 * Has Jest runSuites the suites, one after the other in this process.
 * @returns how many of its tests passed and how many did not, and what was thrown first
 * @throws InconclusiveError where Jest could not run them
 */
export async function runSuites(stage: Stage): Promise<JestCount> {
  setStage(stage);
  // Only now, since it takes longer to load than all else.
  const { runCLI } = await import('jest');
  const reporters = [`${root}lib/jest/silent.ts`];
  const argv = { _: [], $0: 'automtls', runInBand: true, watchman: false, reporters, config: JSON.stringify(config) };
  const { results } = await runCLI(argv as Parameters<typeof runCLI>[0], [root]);
  const [file] = results.testResults;
  if (file?.testExecError !== undefined || results.numTotalTests === 0) {
    throw new InconclusiveError(
      `Jest ran no test: ${stripVTControlCharacters(file?.failureMessage ?? 'it found no file')}`,
    );
  }
  const [failure] = file?.testResults.flatMap(({ failureMessages }) => failureMessages) ?? [];
  const firstError = failure && stripVTControlCharacters(failure).split('\n')[0];
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests,
    ...(firstError !== undefined && { firstError }),
  };
}

import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { InconclusiveError } from '../../platform/errors.ts';
import { isPackage, moduleExtension } from '../../platform/project.ts';
import type { JestCount } from '../conformance.ts';
import { type JestStage, NOT_RUN, setStage } from './stage.ts';

const here = import.meta.dirname;

const config = {
  rootDir: here,
  testMatch: [join(here, `conformance${moduleExtension}`)],
  // The package is in node_modules, where Jest does not look for tests by default.
  testPathIgnorePatterns: [],
  haste: { retainAllFiles: true },
  testEnvironment: join(here, `environment${moduleExtension}`),
  extensionsToTreatAsEsm: ['.ts'],
  transform: isPackage ? {} : { '\\.ts$': join(here, 'transform.ts') },
  // Each step has its own limits, whose messages say more than Jest's. This is longer than any option can make them.
  testTimeout: 3_600_000,
};

/**
 * Runs the suites with Jest, one after the other in this process.
 * @returns how many tests passed, how many failed of those that were run, and the first error
 * @throws InconclusiveError if Jest could not run them
 */
export async function runSuites(stage: JestStage): Promise<JestCount> {
  setStage(stage);
  // Loaded here and not at the top, because it takes longer to load than everything else.
  const { runCLI } = await import('jest');
  const reporters = [join(here, `silent${moduleExtension}`)];
  const argv = { _: [], $0: 'automtls', runInBand: true, watchman: false, reporters, config: JSON.stringify(config) };
  const { results } = await runCLI(argv as Parameters<typeof runCLI>[0], [here]);
  const [file] = results.testResults;
  if (file?.testExecError !== undefined || results.numTotalTests === 0) {
    throw new InconclusiveError(
      `Jest ran no test: ${stripVTControlCharacters(file?.failureMessage ?? 'it found no file')}`,
    );
  }
  const failures = file?.testResults.flatMap(({ failureMessages }) => failureMessages.slice(0, 1)) ?? [];
  const [failure, ...others] = failures.filter((message) => !message.includes(NOT_RUN));
  const firstError = failure && stripVTControlCharacters(failure).split('\n')[0];
  return {
    passed: results.numPassedTests,
    failed: failure === undefined ? 0 : 1 + others.length,
    ...(firstError !== undefined && { firstError }),
  };
}

import type { Config } from 'jest';

const common = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/lib/run/jest/transform.ts' },
  testEnvironment: 'node',
} satisfies Config;

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/lib/**/*.test.ts', '<rootDir>/suites/**/*.test.ts', '<rootDir>/saboteurs/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.(live|browser|kind|soak|package)\\.test\\.ts$', '/node_modules/'],
      setupFiles: ['<rootDir>/lib/run/jest/realm.ts'],
    },
    {
      ...common,
      displayName: 'kind',
      testMatch: ['<rootDir>/lib/test/live/*.kind.test.ts'],
    },
    {
      ...common,
      displayName: 'live',
      testMatch: ['<rootDir>/lib/test/live/*.live.test.ts'],
      globalSetup: '<rootDir>/lib/test/live/setup.ts',
      globalTeardown: '<rootDir>/lib/test/live/teardown.ts',
      testEnvironment: '<rootDir>/lib/test/live/environment.ts',
      setupFiles: ['<rootDir>/lib/run/jest/realm.ts'],
    },
    {
      ...common,
      displayName: 'soak',
      testMatch: ['<rootDir>/lib/test/live/*.soak.test.ts'],
      globalSetup: '<rootDir>/lib/test/live/setup.ts',
      globalTeardown: '<rootDir>/lib/test/live/teardown.ts',
      testEnvironment: '<rootDir>/lib/test/live/environment.ts',
      setupFiles: ['<rootDir>/lib/run/jest/realm.ts'],
    },
    {
      ...common,
      displayName: 'package',
      testMatch: ['<rootDir>/lib/test/package/*.package.test.ts'],
      setupFiles: ['<rootDir>/lib/run/jest/realm.ts'],
    },
    {
      ...common,
      displayName: 'browser',
      testMatch: ['<rootDir>/lib/test/browser/*.browser.test.ts'],
      setupFiles: ['<rootDir>/lib/run/jest/realm.ts'],
    },
  ],
} satisfies Config;

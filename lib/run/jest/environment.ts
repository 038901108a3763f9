import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import { TestEnvironment } from 'jest-environment-node';
import { currentStage } from './stage.ts';

/** A Node environment with the launcher's `stage` as a global, so that only code outside Jest's VM uses the cluster. */
export default class StageEnvironment extends TestEnvironment {
  constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
    super(config, context);
    this.global['stage'] = currentStage();
  }

  handleTestEvent({ name, error }: { name: string; error?: unknown }): void {
    if (name === 'error') currentStage().onUncaught(error);
  }
}

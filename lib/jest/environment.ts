import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import { TestEnvironment } from 'jest-environment-node';
import { currentStage } from './stage.ts';

/** A Node environment in which `stage` is the launcher's own: clusters are touched outside Jest's VM realm. */
export default class StageEnvironment extends TestEnvironment {
  constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
    super(config, context);
    this.global['stage'] = currentStage();
  }

  handleTestEvent({ name, error }: { name: string; error?: unknown }): void {
    if (name === 'error') currentStage().onUncaught(error);
  }
}

import { type AskResult, trafficWords } from '../../results/index.ts';
import { type AskStep, idOf, type Suite } from '../../scenario/index.ts';
import { type JestStage, NOT_RUN } from './stage.ts';

declare const stage: JestStage;

for (const suite of stage.suites) {
  describe(suite.name, () => {
    for (const step of suite.steps) {
      if (step.kind === 'ask') asked(suite, step);
      else test(step.title, async () => assertPass((await stage.perform(suite, step)) ?? notRun()));
    }
  });
}

function asked(suite: Suite, step: AskStep): void {
  describe(step.title, () => {
    let result: AskResult | undefined;
    beforeAll(async () => {
      result = await stage.perform(suite, step);
    });
    test.each((step.traffic ?? []).map(idOf))('%s', (id) => {
      assertPass((result ?? notRun()).cells.find((cell) => trafficWords(cell) === id));
    });
  });
}

function notRun(): never {
  throw new Error(NOT_RUN);
}

function assertPass(judged: { verdict: string; why: string } | undefined): void {
  if (judged?.verdict !== 'pass') throw new Error(`${judged?.verdict}: ${judged?.why}`);
}

import { stripVTControlCharacters } from 'node:util';
import { TestEnvironment } from 'jest-environment-node';
import { HEARD, type Heard } from './heard.ts';

/** How many lines of a process are shown: a run's summary and the causes before it. */
const SHOWN = 80;

/**
 * When a live test fails, shows what each process that it started has said.
 * An exit code alone does not tell why a run on another machine was not green.
 */
export default class LiveEnvironment extends TestEnvironment {
  handleTestEvent({ name, test }: { name: string; test?: { errors: unknown[] } }): void {
    const heard: Heard[] = (this.global[HEARD] as Heard[] | undefined) ?? [];
    if (name === 'test_start') heard.length = 0;
    if (name !== 'test_done' || !test?.errors.length) return;
    for (const { command, texts } of heard)
      process.stderr.write(`\nwhat "automtls ${command}" said at last:\n${lastOf(texts.join(''))}\n`);
  }
}

function lastOf(said: string): string {
  return stripVTControlCharacters(said).trimEnd().split('\n').slice(-SHOWN).join('\n');
}

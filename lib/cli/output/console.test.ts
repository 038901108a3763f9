import { UsageError } from '../../platform/errors.ts';
import { append, escapeWorkflowCommands, takesEscapes } from './console.ts';

/** Returns the lines in which GitHub's runner would look for workflow commands. */
function heeded(text: string): string[] {
  let stop: string | undefined;
  return text.split('\n').filter((line) => {
    if (stop === undefined) {
      stop = /^::stop-commands::(.+)$/.exec(line)?.[1];
      return stop === undefined;
    }
    if (line.toLowerCase() === `::${stop}::`) stop = undefined;
    return false;
  });
}

describe('what a job prints', () => {
  const text = 'a\n  ::set-output name=verdict::pass\n##[add-mask]b\n::stop-commands::c\n::c::\n::error::d';

  test('holds no commands, whatever a server has answered', () => {
    const printed = escapeWorkflowCommands(text, { annotates: true });
    expect(heeded(`before\n${printed}\nafter`)).toEqual(['before', 'after']);
    expect(printed).toContain(`\n${text}\n`);
  });

  test('takes them in again with a word that nobody can know before', () => {
    expect(escapeWorkflowCommands(text, { annotates: true })).not.toBe(
      escapeWorkflowCommands(text, { annotates: true }),
    );
  });

  test('is as it is elsewhere', () => {
    expect(escapeWorkflowCommands(text, { annotates: false })).toBe(text);
  });
});

test('a file that GitHub provides and that is not there is told; where it provides none there is nothing to do', async () => {
  await append(undefined, 'a');
  const appended = append('/nowhere/outputs', 'a');
  await expect(appended).rejects.toThrow(UsageError);
  await expect(appended).rejects.toThrow(
    '/nowhere/outputs, which GitHub provides to the step, cannot be written (ENOENT',
  );
});

test.each<[NodeJS.ProcessEnv, boolean]>([
  [{}, true],
  [{ TERM: 'xterm' }, true],
  // https://no-color.org: only where it is not empty.
  [{ NO_COLOR: '' }, true],
  [{ NO_COLOR: '1' }, false],
  [{ NO_COLOR: '0' }, false],
  [{ TERM: 'dumb' }, false],
])('with %p, a terminal takes escape sequences: %p', (env, takes) => {
  expect(takesEscapes({ isTTY: true }, env)).toBe(takes);
  expect(takesEscapes({}, env)).toBe(false);
});

import { suites } from '../../suites/index.ts';
import { UsageError } from '../errors.ts';
import { test as command } from './test.ts';

const context = {
  suites,
  console: {
    print: () => {},
    color: false,
    onProgress: () => {},
    signal: new AbortController().signal,
    onUncaught: () => {},
    cwd: process.cwd(),
  },
  github: { annotates: false },
  env: {},
};

test.each([
  [['--sweep', '--json', '--kubeconfig', '/nowhere'], '--sweep does not use --json: leave it out.'],
  [
    ['--sweep', '--step-timeout', '40s', '--ready-timeout', '5m'],
    '--sweep does not use --step-timeout and --ready-timeout: leave them out.',
  ],
  [['--sweep', '--list'], '--list and --sweep cannot be combined: use one of them.'],
  // The context does not exist, so that a mistake here cannot delete somebody's kept runs.
  [['--sweep', '--cluster', 'current', '--context', 'nobodys'], 'An existing cluster needs --kubeconfig FILE'],
  [['--sweep', '--context', 'nobodys'], 'An existing cluster needs --kubeconfig FILE'],
  [['--repro'], '--repro is for one cell: name it with --cell CLIENT:SERVER.'],
  [['--repro', '--json', '--cell', 'sleep.full:httpbin.full'], '--repro does not use --json: leave it out.'],
  [['--repro', '--keep'], '--repro and --keep cannot be combined'],
  [['--step', 'STRICT'], '--step belongs to --repro'],
  [['--fail-fast', '--list'], '--list does not use --fail-fast: leave it out.'],
  [['--step-timeout', 'soon'], '--step-timeout takes a time from 1s to 10m, not "soon"'],
  [['--list', '--istio', 'newest'], '"newest" is not an Istio release'],
])('%p is refused before anything is done', async (args, sentence) => {
  const refused = command(args, context);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});

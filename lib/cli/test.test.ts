import { suites } from '../../suites/index.ts';
import { UsageError } from '../platform/errors.ts';
import { contextWith } from './fixtures.ts';
import { main } from './main.ts';

test.each([
  // The context does not exist, so that a mistake here cannot delete somebody's kept runs.
  [['sweep', '--cluster', 'current', '--context', 'nobodys'], 'An existing cluster needs --kubeconfig FILE'],
  [['sweep', '--context', 'nobodys'], 'An existing cluster needs --kubeconfig FILE'],
  [['sweep', '--kubeconfig', '/nowhere', '--suite', 'strict'], "Unknown option '--suite'"],
  [['repro'], "Required option '--cell <CLIENT:SERVER>' not specified"],
  [['repro', '--print', 'json', '--cell', 'sleep.full:httpbin.full'], "Unknown option '--print'"],
  [['test', '--step-timeout', 'soon'], '--step-timeout takes a time from 1s to 10m'],
  [['list', '--istio', 'newest'], '"newest" is not an Istio release'],
])('%p is refused before anything is done', async (args, sentence) => {
  const refused = main(args, contextWith(suites).context);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});

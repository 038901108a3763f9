import { entry } from '../entry.ts';

/** What kept the harness from looking. */
export const harness = {
  'look-failed': entry<{ error: string }>({
    effect: 'doubt',
    means: 'A call to the API server failed that looks whether the cluster is still as expected.',
    advice: 'Look at the connection to the API server, and at the rights of the kubeconfig’s user.',
    words: ({ error }) => error,
  }),
  'not-asked': entry<{ said: string }>({
    effect: 'doubt',
    means: 'A check that comes before did not pass, so the pairs were not asked.',
    advice: 'Look at that check first.',
    words: ({ said }) => `not asked: ${said}`,
  }),
  'step-failed': entry<{ error: string }>({
    effect: 'doubt',
    means: 'The step could not be performed.',
    advice: 'The reason says what the cluster answered.',
    words: ({ error }) => error,
  }),
  'istiod-log-unread': entry<{ right: string; error: string }>({
    effect: 'note',
    means: 'istiod’s log, which tells of sidecars that reject their configuration, could not be read.',
    advice: 'manifests/rights.yaml has the permissions that it takes.',
    words: ({ right, error }) =>
      `istiod's log was not read, which tells of sidecars that reject their configuration and takes the right to ${right} (manifests/rights.yaml): ${error}`,
  }),
  'istiod-says': entry<{ said: string }>({
    effect: 'note',
    means: 'What istiod’s log says about pods that did not become ready.',
    words: ({ said }) => said,
  }),
  told: entry<{ said: string }>({
    effect: 'doubt',
    means: 'Why something is inconclusive in results of an older version, which had sentences alone.',
    words: ({ said }) => said,
  }),
  'told-failure': entry<{ said: string }>({
    effect: 'fail',
    means: 'Why something failed in such results.',
    words: ({ said }) => said,
  }),
};

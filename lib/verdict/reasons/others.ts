import { entry } from '../entry.ts';
import { type Expected, expectedWords } from '../observation.ts';

/**
 * A field of the mesh configuration that somebody changed, such as `enableAutoMtls`, with its values; one is absent if the
 * field is or was left out. Or whether the whole is YAML, if that changed.
 */
export type MeshChange = { field: string; is?: unknown; was?: unknown } | { isYaml: boolean };

const meshWords = (changes: MeshChange[]): string => {
  const shown = (value: unknown): string => (value === undefined ? 'left out' : JSON.stringify(value));
  const words = (change: MeshChange): string => {
    if ('isYaml' in change) return change.isYaml ? 'it is YAML again' : 'it is no longer YAML';
    return `${change.field} is ${shown(change.is)}, was ${shown(change.was)}`;
  };
  return changes.map(words).join(', ');
};

const QUIET = 'Run again when it is quiet, or take the object away.';

/** Who did something, and when. */
export interface Deed {
  object: string;
  /** Such as `made` or `made and deleted again`. */
  deed: string;
  by: string;
}

/** What others did on the mesh. */
export const others = {
  'acts-since': entry<{ object: string; does: string; can: string; deed: string; during: 'run' | 'step'; by?: string }>(
    {
      effect: 'doubt',
      means: 'An object of others that can affect the pair came, changed or went during the run.',
      advice: QUIET,
      words: ({ object, does, can, deed, during, by }) =>
        `${object} ${does}: ${can}; it was ${deed} during the ${during}${by === undefined ? '' : ` by ${by}`}`,
    },
  ),
  'acted-before': entry<{ object: string; does: string; can: string }>({
    effect: 'doubt',
    means:
      'An object of others that could affect the pair was there when the run began, and is gone or no longer does.',
    advice: QUIET,
    words: ({ object, does, can }) =>
      `${object} ${does}: ${can}; it was deleted during the run, or changed so that it no longer does`,
  }),
  acts: entry<{ object: string; does: string; can: string }>({
    effect: 'cause',
    means: 'An object of others that can affect the pair was there when the run began.',
    advice: 'If it is not meant to: take it away and run again.',
    words: ({ object, does, can }) => `${object} ${does}: ${can}; it was there when the run began`,
  }),
  'kind-unread': entry<{ error: string }>({
    effect: 'note',
    means: 'Objects of some kind, which can affect the pair, could not be read.',
    advice: 'manifests/rights.yaml has the permissions that it takes.',
    words: ({ error }) => error,
  }),
  'policy-by-others': entry<{ deeds: Deed[]; otherwise?: Expected[] }>({
    effect: 'doubt',
    means: 'Somebody made, changed or deleted a policy or rule that can decide about the pair, during the run.',
    advice: QUIET,
    words: ({ deeds, otherwise }) => {
      const told = deeds.map(({ object, deed, by }) => `${object} was ${deed} by ${by} during the run`).join('; ');
      return `${told}${otherwise === undefined ? '' : ` (with that: ${expectedWords(otherwise)})`}`;
    },
  }),
  'mesh-being-changed': entry<{ by: string }>({
    effect: 'doubt',
    means: 'Another run has switched something for the whole mesh.',
    advice: 'Run again when it has ended.',
    words: ({ by }) => `${by} is changing the mesh: run again when it has ended`,
  }),
  'mesh-deleted': entry<{ object: string }>({
    effect: 'doubt',
    means: 'Somebody deleted the mesh configuration.',
    words: ({ object }) => `${object} was deleted by somebody else since the run began`,
  }),
  'mesh-changed': entry<{ object: string; changes: MeshChange[] }>({
    effect: 'doubt',
    means: 'Somebody changed the mesh configuration since the run began.',
    advice: 'Put it back, or run again when it stays as it is.',
    words: ({ object, changes }) => `${object} was changed by somebody else since the run began: ${meshWords(changes)}`,
  }),
  'mesh-flipped': entry<{ object: string; changes: MeshChange[] }>({
    effect: 'doubt',
    means: 'Somebody changed the mesh configuration during the step, and changed it back.',
    advice: QUIET,
    words: ({ object, changes }) =>
      `${object} was changed by somebody else during the step: ${meshWords(changes)}; and back`,
  }),
  'watch-behind': entry<{ said: string }>({
    effect: 'doubt',
    means: 'The API server’s streams are cut or slow, so changes within the step may have been missed.',
    advice: 'Run again.',
    words: ({ said }) => said,
  }),
  rejected: entry<{ pods: string[]; resources: string; said: string }>({
    effect: 'cause',
    means: 'A sidecar rejects what istiod sends, so it keeps behaving as before. istiod’s log is quoted.',
    advice:
      'Look for the EnvoyFilter or the extension that asks for it, and whether the sidecar’s Envoy is the one of this Istio.',
    words: ({ pods, resources, said }) => {
      const and = new Intl.ListFormat('en');
      const who =
        pods.length === 1 ? `the sidecar of ${pods[0]} rejects` : `the sidecars of ${and.format(pods)} reject`;
      return `${who} the ${resources} that istiod sends, which logs "${said}": look for the EnvoyFilter or the extension that asks for it, and whether the sidecar's Envoy is the one of this Istio`;
    },
  }),
};

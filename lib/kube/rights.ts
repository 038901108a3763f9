import { AuthorizationV1Api } from '@kubernetes/client-node';
import { UsageError } from '../errors.ts';
import type { Kube } from './connect.ts';
import { refusalOf } from './refusal.ts';

/** One thing that the user of the kubeconfig must be allowed to do. */
export interface Right {
  verb: string;
  group?: string;
  resource: string;
  subresource?: string;
  namespace?: string;
}

/** Returns a right in words, such as `create pods/exec`. */
export function wordsOf({ verb, group, resource, subresource, namespace }: Right): string {
  const what = `${resource}${subresource === undefined ? '' : `/${subresource}`}${group ? `.${group}` : ''}`;
  return `${verb} ${what}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

/**
 * Asks the API server whether the user has each right.
 * @throws UsageError that names every right that is missing.
 */
export async function demand(kube: Kube, rights: Right[]): Promise<void> {
  const api = kube.config.makeApiClient(AuthorizationV1Api);
  const missing = await Promise.all(
    rights.map(async (right) => {
      const { status } = await api
        .createSelfSubjectAccessReview({ body: { spec: { resourceAttributes: { ...right } } } })
        .catch((error: unknown) => {
          throw refusalOf(kube.label, `does not say whether its user may ${wordsOf(right)}`, error);
        });
      return status?.allowed ? [] : [wordsOf(right)];
    }),
  );
  if (missing.flat().length > 0) {
    throw new UsageError(
      `The user of ${kube.label} may not ${missing.flat().join(', ')}: give that user these rights, or name another context.`,
    );
  }
}

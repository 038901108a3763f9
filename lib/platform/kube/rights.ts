import { AuthorizationV1Api } from '@kubernetes/client-node';
import { UsageError } from '../errors.ts';
import type { Kube } from './connection/connect.ts';
import { refusalOf } from './connection/refusal.ts';

/** A permission that the user of the kubeconfig needs. */
export interface Right {
  verb: string;
  group?: string;
  resource: string;
  subresource?: string;
  namespace?: string;
}

/** Returns a readable description of a right, such as `create pods/exec`. */
export function wordsOf(right: Right): string {
  return `${right.verb} ${objectOf(right)}`;
}

/** Returns a readable list of rights, grouped by object: `create and delete namespaces; list pods`. */
export function listed(rights: Right[]): string {
  const and = new Intl.ListFormat('en');
  return [...Map.groupBy(rights, objectOf)]
    .map(([what, own]) => `${and.format(own.map(({ verb }) => verb))} ${what}`)
    .join('; ');
}

function objectOf({ group, resource, subresource, namespace }: Right): string {
  const what = `${resource}${subresource === undefined ? '' : `/${subresource}`}${group ? `.${group}` : ''}`;
  return `${what}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

/**
 * Asks the API server whether the user has each right.
 * @throws UsageError that names every missing right
 */
export async function assertPermissions(kube: Kube, rights: Right[]): Promise<void> {
  const api = kube.config.makeApiClient(AuthorizationV1Api);
  const missing = await Promise.all(
    rights.map(async (right) => {
      const { status } = await api
        .createSelfSubjectAccessReview({ body: { spec: { resourceAttributes: { ...right } } } })
        .catch((error: unknown) => {
          throw refusalOf(kube.label, `does not say whether its user may ${wordsOf(right)}`, error);
        });
      return status?.allowed ? [] : [right];
    }),
  );
  if (missing.flat().length > 0) {
    throw new UsageError(
      `The user of ${kube.label} may not ${listed(missing.flat())}: grant these permissions (manifests/rights.yaml has the ClusterRoles and how to bind them), or use another context.`,
    );
  }
}

import { type KubeConfig, KubernetesObjectApi, VersionApi } from '@kubernetes/client-node';
import { UsageError } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import { discoverKinds, type ServedVersions } from '../kinds.ts';
import { loadKubeconfig, printable } from './kubeconfig.ts';
import { codeOf, sentenceOf } from './refusal.ts';
import { within } from './within.ts';

/** The API of a cluster, reached through a context of a kubeconfig. */
export interface Kube {
  config: KubeConfig;
  /** The file of the kubeconfig, and the context in it if it was named. */
  kubeconfig: string;
  context?: string | undefined;
  objects: KubernetesObjectApi;
  /** The cluster's name in messages: the context and its server. */
  label: string;
  /** Kubernetes' version, such as `v1.36.1`. */
  version: string;
  /** The kinds of Istio that the server serves. */
  served: ServedVersions;
}

/**
 * Connects to the API server of a kubeconfig's context. It asks for the server's version and kinds, so that a wrong
 * context is found at once.
 * @throws UsageError if the file or the context does not exist, or the server does not answer
 */
export async function connect(options: { kubeconfig: string; context?: string | undefined }): Promise<Kube> {
  const config = loadKubeconfig(options.kubeconfig, options.context);
  const label = printable(`${config.getCurrentContext()} (${config.getCurrentCluster()?.server})`);
  try {
    const asked = [config.makeApiClient(VersionApi).getCode(), discoverKinds(config)] as const;
    const [{ gitVersion }, served] = await within(Promise.all(asked), defaultLimits.apiLookMs, 'it');
    return {
      config,
      ...options,
      label,
      objects: KubernetesObjectApi.makeApiClient(config),
      version: gitVersion,
      served,
    };
  } catch (error) {
    if (codeOf(error) === 401) {
      throw new UsageError(
        `The API server of ${label} does not accept these credentials: log in again, or use another context.`,
      );
    }
    throw new UsageError(
      `The API server of ${label} does not answer as it should (${printable(sentenceOf(error))}): is the cluster up, and the context the right one?`,
    );
  }
}

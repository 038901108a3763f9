import { ApisApi, type KubeConfig, KubernetesObjectApi, VersionApi } from '@kubernetes/client-node';
import { UsageError } from '../errors.ts';
import { loadKubeconfig, printable } from './kubeconfig.ts';
import { codeOf, sentenceOf } from './refusal.ts';
import { within } from './within.ts';

const ANSWER_MS = 10_000;

/** A cluster's API, as one kubeconfig context reaches it. */
export interface Kube {
  config: KubeConfig;
  objects: KubernetesObjectApi;
  /** Whom messages name: the context and its server. */
  label: string;
  /** Kubernetes' version, such as `v1.36.1`. */
  version: string;
  /** API group to the versions that the server serves, preferred first. */
  served: Map<string, string[]>;
}

/**
 * Connects to the API server of a kubeconfig file's context and asks what it serves, so that a wrong one shows at once.
 * @throws UsageError where the file, the context or the server is not there.
 */
export async function connect(options: { kubeconfig: string; context?: string | undefined }): Promise<Kube> {
  const config = loadKubeconfig(options.kubeconfig, options.context);
  const label = printable(`${config.getCurrentContext()} (${config.getCurrentCluster()?.server})`);
  try {
    const asked = [config.makeApiClient(VersionApi).getCode(), config.makeApiClient(ApisApi).getAPIVersions()] as const;
    const [{ gitVersion }, { groups }] = await within(Promise.all(asked), ANSWER_MS, 'it');
    const served = new Map(groups.map((group) => [group.name, group.versions.map(({ version }) => version)]));
    return { config, label, objects: KubernetesObjectApi.makeApiClient(config), version: gitVersion, served };
  } catch (error) {
    if (codeOf(error) === 401) {
      throw new UsageError(
        `The API server of ${label} does not accept these credentials: log in again, or name another context.`,
      );
    }
    throw new UsageError(
      `The API server of ${label} does not answer as it should (${printable(sentenceOf(error))}): is the cluster up, and the context the right one?`,
    );
  }
}

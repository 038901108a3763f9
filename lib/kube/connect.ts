import { existsSync } from 'node:fs';
import { ApisApi, KubeConfig, KubernetesObjectApi, VersionApi } from '@kubernetes/client-node';
import { UsageError } from '../errors.ts';
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
  const config = load(options.kubeconfig, options.context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    throw new UsageError(
      `The kubeconfig ${options.kubeconfig} has no current context (it has ${contextsOf(config)}): name one with --context.`,
    );
  }
  const label = `${config.getCurrentContext()} (${server})`;
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
      `The API server of ${label} does not answer as it should (${sentenceOf(error)}): is the cluster up, and the context the right one?`,
    );
  }
}

function load(file: string, context: string | undefined): KubeConfig {
  if (!existsSync(file)) throw new UsageError(`There is no kubeconfig ${file}: name one with --kubeconfig.`);
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw new UsageError(`The kubeconfig ${file} cannot be read: ${sentenceOf(error)}.`);
  }
  if (context === undefined) return config;
  if (config.getContextObject(context) === null) {
    throw new UsageError(
      `The kubeconfig ${file} has no context ${context} (it has ${contextsOf(config)}): name one with --context.`,
    );
  }
  config.setCurrentContext(context);
  return config;
}

function contextsOf(config: KubeConfig): string {
  return (
    config
      .getContexts()
      .map(({ name }) => name)
      .join(', ') || 'none'
  );
}

import { execa } from 'execa';
import { UsageError } from '../errors.ts';
import { notesOf } from '../istio/built.ts';
import { type BuiltRelease, builtReleaseFor, builtReleases } from '../istio/releases.ts';
import * as kind from './kind.ts';
import * as native from './native/index.ts';
import type { Acquired, Cluster, OnProgress } from './types.ts';

export const providers = ['auto', 'native', 'kind', 'current'] as const;
export type Provider = (typeof providers)[number];

export interface ClusterOptions {
  provider: Provider;
  kubeconfig?: string | undefined;
  context?: string | undefined;
  /** Istio's version; the provider's newest where it is left out. */
  istio?: string | undefined;
  /** The node image of kind; the one that fits Istio where it is left out. */
  kindImage?: string | undefined;
}

/** The cluster that `npm run cluster -- up` keeps between runs. */
export const KEPT = 'dev';

/** Returns the version of Istio that a native cluster gets where none is named. */
export function newestBuilt(): string {
  return (builtReleases()[0] as BuiltRelease).module.version;
}

/**
 * Gets the cluster that a user asks for: one that is there, or one made for this run.
 * Where none is named it is kind where a Docker engine answers, else native; a kubeconfig is used only when it is named.
 * @throws UsageError where there is no such cluster and none can be made
 */
export async function choose(
  options: ClusterOptions,
  context: { onProgress: OnProgress; signal: AbortSignal },
): Promise<Acquired> {
  switch (await providerOf(options)) {
    case 'current':
      return { cluster: current(options), notes: [], stays: true, release: async () => {} };
    case 'kind':
      return kind.acquire(options.istio, { ...context, image: options.kindImage });
    case 'native':
      return nativeCluster(options.istio, context);
  }
}

async function providerOf({
  provider,
  kubeconfig,
  context,
  kindImage,
}: ClusterOptions): Promise<Exclude<Provider, 'auto'>> {
  const named = kubeconfig !== undefined || context !== undefined;
  if (kindImage !== undefined && provider !== 'kind') {
    throw new UsageError('--kind-image needs --cluster kind.');
  }
  if (provider !== 'auto') {
    if (named && provider !== 'current') {
      throw new UsageError(
        `--kubeconfig and --context name an existing cluster, so they cannot be combined with --cluster ${provider}.`,
      );
    }
    return provider;
  }
  if (named) return 'current';
  return (await dockerAnswers()) ? 'kind' : 'native';
}

/** A client without an engine is common; only the engine's own answer counts. */
async function dockerAnswers(): Promise<boolean> {
  const { failed } = await execa('docker', ['version', '--format', '{{.Server.Version}}'], {
    reject: false,
    timeout: 5_000,
  });
  return !failed;
}

/**
 * Returns the cluster that a user has named.
 * @throws UsageError where none is
 */
export function current({ kubeconfig, context }: ClusterOptions): Cluster {
  if (kubeconfig === undefined) {
    throw new UsageError('An existing cluster needs --kubeconfig FILE: automtls never picks a cluster itself.');
  }
  const named = context === undefined ? {} : { context };
  return { provider: 'current', name: context ?? kubeconfig, kubeconfig, ...named, owned: false };
}

/** The kept cluster where it runs with the Istio that is asked for, or where none is; else one of its own. */
async function nativeCluster(
  asked: string | undefined,
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<Acquired> {
  const kept = await native.status(KEPT);
  const running = kept.state === 'running' ? kept.istio : undefined;
  const release = builtReleaseFor(asked ?? running ?? newestBuilt());
  const istio = release.module.version;
  const reuse = running === istio;
  const name = reuse ? KEPT : `run-${process.pid}`;
  if (running !== undefined && !reuse) {
    const detail = `${KEPT} runs Istio ${running}: starting another cluster with ${istio}`;
    options.onProgress({ phase: 'cluster', detail });
  }
  const cluster = await native.up({ name, istio, lasting: reuse, ...options });
  const end = async (): Promise<void> => {
    if (!reuse) await native.down({ name, onProgress: options.onProgress });
  };
  return { cluster, notes: notesOf(release), stays: reuse, release: end };
}

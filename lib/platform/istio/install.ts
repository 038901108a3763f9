import { execa } from 'execa';
import { killWithParent } from '../builds/index.ts';
import { defaultLimits } from '../limits.ts';
import type { OnProgress } from '../progress.ts';

/** A version of Istio, ready to be installed. */
export interface IstioSource {
  version: string;
  /** Path of the istioctl of that version. */
  istioctl: string;
  hub: string;
  tag: string;
  /** Settings for istioctl's `--set`. */
  values: string[];
}

/** Installs Istio into a cluster and waits until istiod is ready. */
export async function installIstio(options: {
  source: IstioSource;
  kubeconfig: string;
  context?: string;
  onProgress: OnProgress;
  signal: AbortSignal;
}): Promise<void> {
  const { source, kubeconfig, context, onProgress, signal } = options;
  onProgress({ phase: 'Istio', detail: `installing ${source.version}` });
  const values = [`hub=${source.hub}`, `tag=${source.tag}`, ...source.values].flatMap((value) => ['--set', value]);
  const where = ['--kubeconfig', kubeconfig, ...(context ? ['--context', context] : [])];
  const install = [
    'install',
    '--skip-confirmation',
    `--readiness-timeout=${defaultLimits.istiodMs / 1000}s`,
    ...where,
    ...values,
  ];
  const result = await execa(...killWithParent(source.istioctl, install), {
    all: true,
    cancelSignal: signal,
    reject: false,
  });
  signal.throwIfAborted();
  if (result.failed) {
    const said = result.all.trimEnd().split('\n').slice(-8).join('\n');
    throw new Error(`Istio ${source.version} could not be installed. Output of istioctl:\n${said}`);
  }
  onProgress({ phase: 'Istio', detail: `${source.version} is ready` });
}

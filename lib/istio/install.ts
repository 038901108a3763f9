import { execa } from 'execa';
import { tied } from '../build/tethered.ts';
import type { OnProgress } from '../cluster/types.ts';

/** An Istio that can be installed. */
export interface IstioSource {
  version: string;
  from: 'snapshot' | 'release';
  /** Path of the istioctl of that version. */
  istioctl: string;
  hub: string;
  tag: string;
  /** Docker archives to load into nodes. */
  imageArchives: string[];
  /** More settings, as `--set` takes them. */
  values: string[];
  /** To be shown wherever results are shown. */
  notes: string[];
}

/**
 * Small enough for two cores, and quick: pods are asked every second whether they are ready, their own containers start
 * beside the proxy rather than after it, and they end at once.
 */
const settings = [
  'profile=minimal',
  'values.pilot.autoscaleEnabled=false',
  'values.pilot.resources.requests.cpu=50m',
  'values.pilot.resources.requests.memory=128Mi',
  'components.pilot.k8s.readinessProbe.initialDelaySeconds=0',
  'components.pilot.k8s.readinessProbe.periodSeconds=1',
  'values.global.proxy.resources.requests.cpu=10m',
  'values.global.proxy.resources.requests.memory=40Mi',
  'values.global.proxy.startupProbe.enabled=false',
  'values.global.proxy.readinessInitialDelaySeconds=0',
  'values.global.proxy.readinessPeriodSeconds=1',
  'meshConfig.defaultConfig.terminationDrainDuration=1s',
];

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
  const values = [...settings, `hub=${source.hub}`, `tag=${source.tag}`, ...source.values].flatMap((value) => [
    '--set',
    value,
  ]);
  const where = ['--kubeconfig', kubeconfig, ...(context ? ['--context', context] : [])];
  const install = ['install', '--skip-confirmation', '--readiness-timeout=120s', ...where, ...values];
  const result = await execa(...tied(source.istioctl, install), {
    all: true,
    cancelSignal: signal,
    reject: false,
  });
  signal.throwIfAborted();
  if (result.failed) {
    const said = result.all.trimEnd().split('\n').slice(-8).join('\n');
    throw new Error(`Istio ${source.version} could not be installed; istioctl said:\n${said}`);
  }
  onProgress({ phase: 'Istio', detail: `${source.version} is ready` });
}

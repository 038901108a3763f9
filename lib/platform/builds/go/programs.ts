import { join } from 'node:path';
import type { OnProgress } from '../../progress.ts';
import { artefact, contents } from '../cache.ts';
import { manifests } from '../manifests.ts';
import { type GoBuild, goBuild, goIngredients } from './go.ts';

const kubernetesVersion = 'v1.36.1';

const kubernetesPackages = ['kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubelet'].map(
  (name) => `k8s.io/kubernetes/cmd/${name}`,
);

/** All programs of a cluster except Istio's, built from one module. */
const build: GoBuild = {
  name: 'Kubernetes',
  module: manifests,
  packages: [
    ...kubernetesPackages,
    'github.com/mccutchen/go-httpbin/v2/cmd/go-httpbin',
    'go.etcd.io/etcd/server/v3',
    './coredns',
    './pause',
  ],
  variables: {
    'k8s.io/component-base/version.gitVersion': kubernetesVersion,
    'k8s.io/component-base/version.gitMajor': '1',
    'k8s.io/component-base/version.gitMinor': '36',
  },
};

/** Returns the directory of the programs of Kubernetes, etcd (named server), CoreDNS and go-httpbin. */
export async function programs(options: { onProgress: OnProgress; signal: AbortSignal }): Promise<string> {
  const files = ['go.mod', 'go.sum', 'coredns/main.go', 'pause/main.go'].map((name) => join(manifests, name));
  const ingredients = [...(await goIngredients(build)), ...(await contents(...files))];
  const make = (directory: string) => goBuild(build, directory, options);
  return artefact({ name: 'programs', ingredients, make }, options);
}

import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import type { OnProgress } from '../cluster/types.ts';
import { artefact, contents } from './cache.ts';
import { type GoBuild, goBuild, goIngredients } from './go.ts';
import { manifests } from './manifests.ts';

/** The Istio snapshots that can be built. */
export type IstioVersion = '1.31-dev' | '1.30-dev';

const kubernetesVersion = 'v1.36.1';

const istioPackages = [
  'istio.io/istio/istioctl/cmd/istioctl',
  'istio.io/istio/pilot/cmd/pilot-agent',
  'istio.io/istio/pilot/cmd/pilot-discovery',
];

const kubernetesPackages = ['kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubelet'].map(
  (name) => `k8s.io/kubernetes/cmd/${name}`,
);

const istioVersion = (version: IstioVersion) => ({ 'istio.io/istio/pkg/version.buildVersion': version });

/** Everything a cluster is made of, with the newest Istio, out of one module. */
const main: GoBuild = {
  module: manifests,
  packages: [
    ...kubernetesPackages,
    ...istioPackages,
    'github.com/mccutchen/go-httpbin/v2/cmd/go-httpbin',
    'go.etcd.io/etcd/server/v3',
    './coredns',
    './pause',
  ],
  variables: {
    'k8s.io/component-base/version.gitVersion': kubernetesVersion,
    'k8s.io/component-base/version.gitMajor': '1',
    'k8s.io/component-base/version.gitMinor': '36',
    ...istioVersion('1.31-dev'),
  },
};

/** Only Istio's own programs, of the release before. */
const older: GoBuild = {
  module: join(manifests, 'istio-1.30'),
  packages: istioPackages,
  variables: istioVersion('1.30-dev'),
};

/** What Istio's module holds besides Go and the cluster needs. */
const istioFiles = ['tools/packaging/common/envoy_bootstrap.json', 'manifests/charts/base/files/crd-all.gen.yaml'];

type Options = { onProgress: OnProgress; signal: AbortSignal };

/** Returns the directory of the programs of Kubernetes, etcd (named server), CoreDNS, go-httpbin and Istio 1.31-dev. */
export async function programs(options: Options): Promise<string> {
  const files = ['go.mod', 'go.sum', 'coredns/main.go', 'pause/main.go'].map((name) => join(manifests, name));
  return build('programs', main, files, options);
}

/** Returns the directory of pilot-discovery, pilot-agent, istioctl, envoy_bootstrap.json and crd-all.gen.yaml. */
export async function istioPrograms(version: IstioVersion, options: Options): Promise<string> {
  if (version === '1.31-dev') return programs(options);
  const files = ['go.mod', 'go.sum'].map((name) => join(older.module, name));
  return build('istio-1.30', older, files, options);
}

async function build(name: string, what: GoBuild, files: string[], options: Options): Promise<string> {
  const ingredients = [...(await goIngredients(what)), ...istioFiles, ...(await contents(...files))];
  const make = async (directory: string) => {
    await goBuild(what, directory, options);
    const listed = await execa('go', ['list', '-m', '-f', '{{.Dir}}', 'istio.io/istio'], { cwd: what.module });
    await Promise.all(istioFiles.map((file) => copyFile(join(listed.stdout, file), join(directory, basename(file)))));
  };
  return artefact({ name, ingredients, make }, options);
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { pauseImage } from '../../build/images.ts';
import { manifests } from '../../build/manifests.ts';
import type { OnProgress } from '../types.ts';
import { Api, type ApiObject } from './api.ts';
import { kubeconfig, makeCertificates } from './certificates.ts';
import { cgroupOf, makeCgroups } from './cgroups.ts';
import { afterApiServer, apiServer, containerd, etcd } from './components.ts';
import { configuration } from './configuration.ts';
import type { Inside } from './inside.ts';
import { innerEnd, layLink } from './link.ts';
import { mounts } from './mounts.ts';
import type { Store } from './store.ts';

/** What a boot needs. */
export interface Boot {
  name: string;
  state: string;
  inside: Inside;
  programs: string;
  store: Store;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** Boots Kubernetes inside the namespaces, until its node is ready; the addons are applied, not waited for. */
export async function boot({ name, state, inside, programs, store, onProgress, signal }: Boot): Promise<void> {
  const phase = (detail: string) => onProgress({ phase: 'Kubernetes', detail });
  phase('starting etcd and containerd');
  await writeConfiguration(name, state);
  const sources = { state, programs, store: store.directory, snapshots: store.snapshots };
  const [address] = await Promise.all([
    network(name, state, inside.pid),
    makeCgroups(name),
    inside.run(mounts(sources)).then(() => inside.start(etcd, containerd)),
  ]);
  phase('starting kube-apiserver');
  await inside.run(innerEnd(address.replace(/\.2$/, '')));
  await inside.start(apiServer(address));
  const api = await Api.with(join(state, 'pki'), address);
  try {
    await until(() => api.get('/readyz'), inside, signal);
    phase('starting the node');
    await inside.start(...afterApiServer(name, address));
    await applyAddons(api, inside, signal);
    await until(async () => nodeIsReady(await api.get(`/api/v1/nodes/${name}`)), inside, signal);
  } finally {
    api.close();
  }
}

async function writeConfiguration(name: string, state: string): Promise<void> {
  await Promise.all(
    ['cni', 'run', 'pods', 'logs'].map((directory) => mkdir(join(state, directory), { recursive: true })),
  );
  const files = Object.entries(configuration({ name, cgroup: cgroupOf(name), pause: pauseImage }));
  await Promise.all(files.map(([file, text]) => writeFile(join(state, file), text)));
}

async function network(name: string, state: string, pid: number): Promise<string> {
  const address = `${await layLink(name, pid)}.2`;
  const certificates = join(state, 'pki');
  await makeCertificates(certificates, { address, name });
  const config = await kubeconfig(certificates, { name: `automtls-${name}`, server: `https://${address}:6443` });
  await writeFile(join(state, 'kubeconfig'), config, { mode: 0o600 });
  return address;
}

async function applyAddons(api: Api, inside: Inside, signal: AbortSignal): Promise<void> {
  await until(() => api.get('/api/v1/namespaces/kube-system'), inside, signal);
  const text = await readFile(join(manifests, 'coredns.yaml'), 'utf8');
  await Promise.all(parseAllDocuments(text).map((document) => api.apply(document.toJS() as ApiObject)));
}

function nodeIsReady(body: string | undefined): boolean {
  const node: { status?: { conditions?: { type: string; status: string }[] } } = JSON.parse(body ?? '{}');
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Asks until the answer is truthy; what ends inside in the meantime ends the wait. */
async function until(ask: () => Promise<unknown>, inside: Inside, signal: AbortSignal): Promise<void> {
  while (!(await Promise.race([ask(), inside.ended]))) await sleep(30, undefined, { signal });
}

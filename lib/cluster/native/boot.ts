import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { imageNames } from '../../build/image-names.ts';
import { together } from '../../build/together.ts';
import type { OnProgress } from '../types.ts';
import { applyAddons } from './addons.ts';
import { Api } from './api.ts';
import { kubeconfig, makeCertificates } from './certificates.ts';
import { cgroupOf, makeCgroups } from './cgroups.ts';
import { afterApiServer, apiServer, containerd, etcd } from './components.ts';
import { configuration } from './configuration.ts';
import type { Inside } from './inside.ts';
import { innerEnd, layLink } from './link.ts';
import { mounts, type Sources } from './mounts.ts';

/** A cluster that is being made. */
export interface Boot {
  name: string;
  inside: Inside;
  sources: Sources;
  onProgress: OnProgress;
  /** Also aborts when something inside ends. */
  signal: AbortSignal;
}

/** What is known once the API server answers. */
export interface Booted {
  address: string;
  api: Api;
}

/** Boots up to an API server that answers. */
export async function bootControlPlane({ name, inside, sources, onProgress, signal }: Boot): Promise<Booted> {
  const { state } = sources;
  onProgress({ phase: 'Kubernetes', detail: 'starting etcd, containerd and kube-apiserver' });
  await writeConfiguration(name, state);
  const [subnet] = await together(signal, [
    () => network(name, state, inside.pid),
    () => makeCgroups(name),
    () => inside.run(mounts(sources)).then(() => inside.start(etcd, containerd)),
  ]);
  const address = nodeAddress(subnet);
  await inside.run(innerEnd(subnet));
  await inside.start(apiServer(address));
  const api = await Api.with(join(state, 'pki'), address);
  await until(() => api.get('/readyz'), signal);
  return { address, api };
}

/** Starts the rest, and waits until the node is ready; the addons are applied, not waited for. */
export async function bootNode({ name, inside, onProgress, signal }: Boot, { address, api }: Booted): Promise<void> {
  onProgress({ phase: 'Kubernetes', detail: 'starting the node' });
  await inside.start(...afterApiServer(name, address));
  await until(() => api.get('/api/v1/namespaces/kube-system'), signal);
  await applyAddons(api);
  await until(async () => nodeIsReady(await api.get(`/api/v1/nodes/${name}`)), signal);
  onProgress({ phase: 'Kubernetes', detail: 'the node is ready' });
}

async function writeConfiguration(name: string, state: string): Promise<void> {
  await Promise.all(
    ['cni', 'run', 'pods', 'logs'].map((directory) => mkdir(join(state, directory), { recursive: true })),
  );
  const files = Object.entries(configuration({ name, cgroup: cgroupOf(name), pause: imageNames.pause }));
  await Promise.all(files.map(([file, text]) => writeFile(join(state, file), text)));
}

function nodeAddress(subnet: string): string {
  return `${subnet}.2`;
}

async function network(name: string, state: string, pid: number): Promise<string> {
  const subnet = await layLink(name, pid);
  const address = nodeAddress(subnet);
  const certificates = join(state, 'pki');
  await makeCertificates(certificates, { address, name });
  const config = await kubeconfig(certificates, { name: `automtls-${name}`, server: `https://${address}:6443` });
  await writeFile(join(state, 'kubeconfig'), config, { mode: 0o600 });
  return subnet;
}

function nodeIsReady(body: string | undefined): boolean {
  const node: { status?: { conditions?: { type: string; status: string }[] } } = JSON.parse(body ?? '{}');
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Asks until the answer is truthy. */
async function until(ask: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!(await ask())) await sleep(30, undefined, { signal });
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageNames, together } from '../../builds/index.ts';
import { makeFolder } from '../../folder.ts';
import { defaultLimits } from '../../limits.ts';
import type { OnProgress } from '../../progress.ts';
import { waitFor } from '../../wait.ts';
import { applyAddons } from './addons.ts';
import { Api } from './api.ts';
import { kubeconfig, makeCertificates } from './certificates.ts';
import { afterApiServer, apiServer, containerd, etcd } from './components.ts';
import { configuration } from './configuration.ts';
import { cgroupOf, makeCgroups } from './machine/cgroups.ts';
import type { Inside } from './machine/inside.ts';
import { innerEnd, layLink } from './machine/link.ts';
import { mounts, type Sources } from './machine/mounts.ts';

/** A cluster that is being created. */
export interface Boot {
  name: string;
  inside: Inside;
  sources: Sources;
  /** Whether the API server writes down every request. */
  audit: boolean;
  onProgress: OnProgress;
  /** Also aborts when something inside ends. */
  signal: AbortSignal;
}

/** What is known once the API server answers. */
export interface Booted {
  address: string;
  api: Api;
}

/** Starts etcd, containerd and the API server, and waits until the API server is ready. */
export async function bootControlPlane({ name, inside, sources, audit, onProgress, signal }: Boot): Promise<Booted> {
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
  await inside.start(apiServer(address, audit));
  const api = await Api.with(join(state, 'pki'), address);
  await stage({ what: 'the API server to be ready', path: '/readyz' }, api, signal);
  return { address, api };
}

/** Starts the other components and waits until the node is ready. Applies the addons but does not wait for them. */
export async function bootNode({ name, inside, onProgress, signal }: Boot, { address, api }: Booted): Promise<void> {
  onProgress({ phase: 'Kubernetes', detail: 'starting the node' });
  await inside.start(...afterApiServer(name, address));
  await stage({ what: 'the first namespaces', path: '/api/v1/namespaces/kube-system' }, api, signal);
  await applyAddons(api);
  await stage({ what: 'the node to be ready', path: `/api/v1/nodes/${name}`, lacks: nodeLacks }, api, signal);
  onProgress({ phase: 'Kubernetes', detail: 'the node is ready' });
}

async function writeConfiguration(name: string, state: string): Promise<void> {
  await Promise.all(['cni', 'run', 'pods', 'logs'].map((directory) => makeFolder(join(state, directory))));
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

/** A boot takes only seconds, so the default polling interval would slow it down noticeably. */
const EVERY_MS = 30;

/** Polls a path of the API server until it exists and `lacks` returns an empty string for its body. */
async function stage(
  { what, path, lacks = () => '' }: { what: string; path: string; lacks?: (body: string) => string },
  api: Api,
  signal: AbortSignal,
): Promise<void> {
  let seen = '';
  const look = async (): Promise<boolean> => {
    const body = await api.get(path);
    seen = body === undefined ? api.said : lacks(body);
    return seen === '';
  };
  await waitFor(look, { what, limitMs: defaultLimits.bootMs, everyMs: EVERY_MS, signal, seen: () => seen });
}

interface Node {
  status?: { conditions?: { type: string; status: string; message: string }[] };
}

/** Returns the kubelet's reason why the node is not ready; empty if it is ready. */
function nodeLacks(body: string): string {
  const { status }: Node = JSON.parse(body);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return '';
  return ready?.message ?? 'the kubelet has not reported yet';
}

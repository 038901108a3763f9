import { pki } from './certificates.ts';
import { inside, network } from './kept/layout.ts';
import type { Component } from './machine/supervisor.ts';

const at = (file: string) => `${inside.state}/${file}`;
const key = (file: string) => at(`pki/${file}`);
const program = (name: string) => `${inside.programs}/${name}`;
const etcdAt = 'http://127.0.0.1:2379';
const etcdPeer = 'http://127.0.0.1:2380';

/** A single member needs no long election timeout; data that need not survive a crash of the machine needs no fsync. */
export const etcd: Component = {
  name: 'etcd',
  file: program('server'),
  args: [
    `--data-dir=${at('etcd')}`,
    `--listen-client-urls=${etcdAt}`,
    `--advertise-client-urls=${etcdAt}`,
    `--listen-peer-urls=${etcdPeer}`,
    `--initial-advertise-peer-urls=${etcdPeer}`,
    `--initial-cluster=default=${etcdPeer}`,
    '--heartbeat-interval=10',
    '--election-timeout=100',
    '--unsafe-no-fsync',
    '--log-level=warn',
  ],
};

export const containerd: Component = {
  name: 'containerd',
  file: 'containerd',
  args: ['--config', at('containerd.toml')],
};

/**
 * Listens on the node's address, because pods reach it through the kubernetes Service.
 * @param audit whether it writes down every request
 */
export function apiServer(address: string, audit: boolean): Component {
  return {
    name: 'kube-apiserver',
    file: program('kube-apiserver'),
    args: [
      `--etcd-servers=${etcdAt}`,
      `--bind-address=${address}`,
      `--advertise-address=${address}`,
      '--secure-port=6443',
      `--tls-cert-file=${key(pki.server.certificate)}`,
      `--tls-private-key-file=${key(pki.server.key)}`,
      `--client-ca-file=${key(pki.ca)}`,
      `--kubelet-certificate-authority=${key(pki.ca)}`,
      `--kubelet-client-certificate=${key(pki.client.certificate)}`,
      `--kubelet-client-key=${key(pki.client.key)}`,
      '--kubelet-preferred-address-types=InternalIP',
      `--service-account-issuer=https://kubernetes.default.svc.cluster.local`,
      `--service-account-key-file=${key(pki.accounts.public)}`,
      `--service-account-signing-key-file=${key(pki.accounts.key)}`,
      `--service-cluster-ip-range=${network.services}`,
      '--authorization-mode=RBAC',
      '--allow-privileged',
      '--enable-priority-and-fairness=false',
      '--delete-collection-workers=8',
      '--profiling=false',
      ...(audit ? [`--audit-policy-file=${at('audit.json')}`, `--audit-log-path=${at(AUDIT_LOG)}`] : []),
    ],
  };
}

/** The file in a cluster's state in which its API server writes down every request, one in a line, if it is to. */
export const AUDIT_LOG = 'logs/audit.log';

const controllerManager: Component = {
  name: 'kube-controller-manager',
  file: program('kube-controller-manager'),
  args: [
    `--kubeconfig=${at('kubeconfig')}`,
    `--root-ca-file=${key(pki.ca)}`,
    `--service-account-private-key-file=${key(pki.accounts.key)}`,
    '--leader-elect=false',
    '--secure-port=0',
    // It creates this directory, by default outside the cluster's own.
    `--flex-volume-plugin-dir=${at('volume-plugins')}`,
    '--concurrent-namespace-syncs=20',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--profiling=false',
  ],
};

const scheduler: Component = {
  name: 'kube-scheduler',
  file: program('kube-scheduler'),
  args: [
    `--kubeconfig=${at('kubeconfig')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--profiling=false',
  ],
};

const kubeProxy: Component = {
  name: 'kube-proxy',
  file: program('kube-proxy'),
  args: [`--config=${at('kube-proxy.json')}`],
};

/** `--oom-score-adj=0`: some containers may not lower it, and the cluster is not more important than its host. */
function kubelet(name: string, address: string): Component {
  return {
    name: 'kubelet',
    file: program('kubelet'),
    args: [
      `--config=${at('kubelet.json')}`,
      `--kubeconfig=${at('kubeconfig')}`,
      `--root-dir=${at('kubelet')}`,
      `--hostname-override=${name}`,
      `--node-ip=${address}`,
      '--oom-score-adj=0',
    ],
  };
}

/** Components to start once the API server answers. If they were started earlier, they would back off. */
export function afterApiServer(name: string, address: string): Component[] {
  return [kubelet(name, address), controllerManager, scheduler, kubeProxy];
}

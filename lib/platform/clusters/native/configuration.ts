import { cniPlugins } from '../../builds/index.ts';
import { pki } from './certificates.ts';
import { inside, network } from './kept/layout.ts';

const json = (value: unknown) => JSON.stringify(value, null, 2);

/** Returns the configuration files of the components, by name. */
export function configuration({
  name,
  cgroup,
  pause,
}: {
  name: string;
  cgroup: string;
  pause: string;
}): Record<string, string> {
  return {
    'containerd.toml': containerdConfig({ root: `${inside.state}/containerd`, pause }),
    'cni/10-automtls.conflist': json(cni),
    'kubelet.json': json(kubelet(cgroup)),
    'kube-proxy.json': json(kubeProxy(name)),
    'resolv.conf': '',
    'audit.json': json(audit),
  };
}

/** Returns a configuration of containerd, without the plugin that would create /opt/containerd. */
export function containerdConfig(at: { root: string; pause: string }): string {
  const unwanted = [
    'internal.v1.opt',
    ...['aufs', 'btrfs', 'devmapper', 'native', 'zfs'].map((name) => `snapshotter.v1.${name}`),
  ];
  return `version = 2
root = "${at.root}"
state = "/run/containerd"
disabled_plugins = ${JSON.stringify(unwanted.map((plugin) => `io.containerd.${plugin}`))}
[grpc]
address = "${inside.containerd}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${at.pause}"
disable_apparmor = true
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "${cniPlugins()}"
conf_dir = "${inside.state}/cni"
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "overlayfs"
default_runtime_name = "runc"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
`;
}

/** Pods are routed, not bridged: on a bridge, iptables sees packets between pods only if a kernel module is loaded. */
const cni = {
  cniVersion: '0.4.0',
  name: 'automtls',
  plugins: [
    {
      type: 'ptp',
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni-addresses',
        ranges: [[{ subnet: network.pods }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
  ],
};

function kubelet(cgroup: string) {
  const tls = (file: string) => `${inside.state}/pki/${file}`;
  return {
    kind: 'KubeletConfiguration',
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    containerRuntimeEndpoint: `unix://${inside.containerd}`,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: false }, x509: { clientCAFile: tls(pki.ca) } },
    authorization: { mode: 'AlwaysAllow' },
    tlsCertFile: tls(pki.server.certificate),
    tlsPrivateKeyFile: tls(pki.server.key),
    clusterDNS: [network.dns],
    clusterDomain: 'cluster.local',
    resolvConf: `${inside.state}/resolv.conf`,
    podLogsDir: `${inside.state}/pods`,
    // Of a log that was rotated, the kubelet shows only what came since: a run reads what servers logged in a step.
    containerLogMaxSize: '100Mi',
    volumePluginDir: `${inside.state}/volume-plugins`,
    // A kubelet removes the cgroups of pods that it does not know, so each cluster needs its own cgroup root.
    cgroupRoot: cgroup,
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    enforceNodeAllocatable: [],
    // The kubelet must not evict pods because the host is short of disk or memory.
    evictionHard: {
      'memory.available': '0%',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
    },
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
    registryPullQPS: 0,
    eventRecordQPS: 0,
    kubeAPIQPS: 500,
    kubeAPIBurst: 1000,
    syncFrequency: '10s',
    shutdownGracePeriod: '0s',
  };
}

/** Who asked what, without what was sent and what was answered, once the answer is complete. */
const audit = {
  kind: 'Policy',
  apiVersion: 'audit.k8s.io/v1',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  rules: [{ level: 'Metadata' }],
};

function kubeProxy(name: string) {
  return {
    kind: 'KubeProxyConfiguration',
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    clientConnection: { kubeconfig: `${inside.state}/kubeconfig` },
    hostnameOverride: name,
    mode: 'iptables',
    clusterCIDR: network.pods,
    oomScoreAdj: 0,
    // Connection tracking belongs to the host, so kube-proxy must not change its limits.
    conntrack: {
      maxPerCore: 0,
      min: 0,
      tcpEstablishedTimeout: '0s',
      tcpCloseWaitTimeout: '0s',
      udpTimeout: '0s',
      udpStreamTimeout: '0s',
    },
    iptables: { localhostNodePorts: false, minSyncPeriod: '100ms' },
  };
}

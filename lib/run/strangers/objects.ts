import type { Impostor, KubeObject } from '../../model/index.ts';
import { answeringPorts, CONTROL_PORT, NODE, OUTSIDER, SERVICE_PORT, STRANGERS } from './kinds.ts';

/** As topologies have it. */
const CURL_IMAGE = 'docker.io/curlimages/curl:8.16.0';

const requests = { cpu: '5m', memory: '16Mi' };

const curl = {
  name: 'curl',
  image: CURL_IMAGE,
  imagePullPolicy: 'IfNotPresent',
  command: ['sleep', 'infinity'],
  resources: { requests },
};

/** Returns the namespace of strangers, in which a pod may be on a node's network. */
export function strangersNamespace(namespace: string): KubeObject {
  const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
}

/** Returns the account of strangers, and a Service for each impostor. */
export function strangersServices(namespace: string): KubeObject[] {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: OUTSIDER } };
  const services = Object.entries(answeringPorts).map(([impostor, targetPort]) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: impostor },
    spec: { selector: { app: OUTSIDER }, ports: [{ name: 'http', port: SERVICE_PORT, targetPort }] },
  }));
  return [account, ...services];
}

/**
 * Returns the Deployment of the outsider, which is all impostors, too. It has no sidecar, but says that it has, so that
 * clients choose mutual TLS.
 * @param image an image that has Envoy
 * @param config Envoy's configuration
 */
export function outsiderDeployment(namespace: string, image: string, config: string): KubeObject {
  const envoy = {
    name: 'envoy',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['envoy', '--disable-hot-restart', '--concurrency', '1', '--log-level', 'error', '--config-yaml', config],
    readinessProbe: { tcpSocket: { port: CONTROL_PORT }, periodSeconds: 1 },
    resources: { requests },
  };
  return deployment(namespace, OUTSIDER, {
    serviceAccountName: OUTSIDER,
    automountServiceAccountToken: false,
    containers: [curl, envoy],
  });
}

/** Returns the Deployment of a client on the network of its node. */
export function nodeDeployment(namespace: string): KubeObject {
  return deployment(namespace, NODE, {
    serviceAccountName: OUTSIDER,
    automountServiceAccountToken: false,
    hostNetwork: true,
    dnsPolicy: 'ClusterFirstWithHostNet',
    containers: [curl],
  });
}

function deployment(namespace: string, name: string, pod: object): KubeObject {
  // Releases before 1.10 read the annotation alone.
  const inject = { 'sidecar.istio.io/inject': 'false' };
  const labels = { app: name, 'security.istio.io/tlsMode': 'istio', ...inject };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels, annotations: inject },
        spec: { terminationGracePeriodSeconds: 1, ...pod },
      },
    },
  } as KubeObject;
}

/** Returns the host of an impostor's Service. */
export function impostorHost(impostor: Impostor, namespace = STRANGERS): string {
  return `${impostor}.${namespace}.svc.cluster.local`;
}

import type { KubeObject } from '../model/types.ts';
import { imageNames } from '../platform/builds/images/image-names.ts';
import { app, clusterSnapshot, namespace, policy, security } from '../survey/fixtures.ts';
import { meshFrom } from '../survey/mesh/mesh.ts';
import { standInOf, standIns } from './stand-ins.ts';

interface Made extends KubeObject {
  spec: { template: { spec: { containers: { name: string; image: string; args?: string[] }[] } } };
}

const shop = [
  namespace('shop'),
  ...app('shop', 'web', {
    labels: { version: 'v1' },
    annotations: { 'sidecar.istio.io/inject': 'true' },
    pod: { volumes: [{ name: 'data' }] },
    service: {
      ports: [
        { name: 'http', port: 80, targetPort: 'web' },
        { name: 'grpc', port: 70, targetPort: 7070 },
      ],
    },
  }),
  policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } }),
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'left-out', namespace: 'shop' } },
];

test('a stand-in is to a mesh what it stands for, and nothing else of it is there', () => {
  const made = standIns(shop);
  expect(made.map(({ kind }) => kind)).toEqual([
    'Namespace',
    'Service',
    'ServiceAccount',
    'Deployment',
    'PeerAuthentication',
  ]);
  const [before, after] = [shop, made].map((objects) => {
    const files = { ...clusterSnapshot(objects), source: 'files' as const };
    return meshFrom(files, '1.31').workloads.map(({ workload: { containers: _, ports, ...rest } }) => ({
      ...rest,
      ports: ports.filter(({ name }) => name !== undefined),
    }));
  });
  expect(after).toEqual(before);
  expect(JSON.stringify(made)).not.toContain('volumes');
});

test('its server listens on the ports of its containers and of its Services, in their protocols', () => {
  const deployment = standIns(shop).find(({ kind }) => kind === 'Deployment') as Made;
  const [server, client] = deployment.spec.template.spec.containers;
  expect(server?.args).toEqual(expect.arrayContaining(['--port=8080', '--grpc=7070']));
  expect([server?.image, client?.image]).toEqual([imageNames.echo, imageNames.curl]);
  expect(standInOf(deployment)).toEqual({
    namespace: 'shop',
    kind: 'Deployment',
    name: 'web',
    label: 'Deployment.web',
    pods: 1,
  });
});

test('its server listens on TCP ports alone, and may listen on low ones', () => {
  const podOf = (ports: object[]) => {
    const containers = [{ name: 'main', ports: [{ containerPort: 8125, protocol: 'UDP' }] }];
    const objects = standIns([namespace('shop'), ...app('shop', 'dns', { service: { ports }, pod: { containers } })]);
    return (objects.find(({ kind }) => kind === 'Deployment') as Made).spec.template.spec;
  };
  const udp = { name: 'udp', port: 54, protocol: 'UDP' };
  const low = podOf([{ name: 'tcp', port: 53 }, udp]);
  expect(low.containers[0]?.args?.filter((one) => one.startsWith('--port='))).toEqual(['--port=53']);
  const sysctls = [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }];
  expect(low).toMatchObject({ securityContext: { sysctls } });
  expect(podOf([{ name: 'tcp', port: 1024 }, udp])).not.toHaveProperty('securityContext');
});

test('its server takes no port of its own that is another protocol’s', () => {
  const ports = [{ name: 'grpc', port: 5000, targetPort: 8080 }];
  const mail = standIns([namespace('shop'), ...app('shop', 'mail', { service: { ports } })]);
  const deployment = mail.find(({ kind }) => kind === 'Deployment') as Made;
  const args = deployment.spec.template.spec.containers[0]?.args ?? [];
  expect(args).toContain('--grpc=8080');
  // The server would otherwise listen on 8080 for HTTP, and end.
  expect(args.filter((one) => /^--(port|tcp)=/.test(one))).toEqual(['--port=20001', '--tcp=20002']);
});

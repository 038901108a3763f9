import type { Cluster } from '../platform/clusters/types.ts';
import { stepObjects } from '../scenario/manifests.ts';
import { topology } from '../scenario/topology.ts';
import type { Traffic } from '../scenario/traffic.ts';
import { namespaces } from './fixtures.ts';
import { reproFor } from './repro.ts';

const cluster: Cluster = {
  provider: 'current',
  name: 'c',
  kubeconfig: '/home/me/config',
  context: 'mine',
  owned: false,
};
const served = new Map([
  ['PeerAuthentication.security.istio.io', ['v1beta1']],
  ['DestinationRule.networking.istio.io', ['v1']],
]);
const pair: Traffic = { from: 'legacy/sleep', to: 'full/httpbin', port: 8000, protocol: 'http' };
const topologies = [topology('auto-mtls')];

test('with nothing applied it is the task’s own command', () => {
  expect(reproFor({ cluster, namespaces, topologies }, [])(pair)).toEqual([
    "kubectl --kubeconfig /home/me/config --context mine exec -n legacy-ab12c3 deploy/sleep -c sleep -- curl -s -w 'response %{http_code}\\n' http://httpbin.full-ab12c3:8000/headers",
  ]);
});

test('what a shell would take apart is quoted', () => {
  const odd = { ...cluster, kubeconfig: "/home/me/it's here/config", context: 'a b' };
  const [apply, ask] = reproFor(
    { cluster: odd, namespaces, topologies },
    stepObjects(['strict'], 'security.istio.io', namespaces, served),
  )(pair);
  const kubectl = "kubectl --kubeconfig '/home/me/it'\\''s here/config' --context 'a b' ";
  expect(apply?.startsWith(`${kubectl}apply -f -`)).toBe(true);
  expect(ask?.startsWith(`${kubectl}exec -n legacy-ab12c3 `)).toBe(true);
});

test('the objects are applied as a person would write them, without what a run or the API server adds', () => {
  const objects = stepObjects(['strict', 'destination-rule-istio-mutual'], 'security.istio.io', namespaces, served).map(
    (object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { 'automtls.dev/run': 'ab12c3' }, uid: '1', resourceVersion: '2' },
      status: { conditions: [] },
    }),
  );
  const { context: _, ...plain } = cluster;
  const [apply, ask] = reproFor({ cluster: plain, namespaces, topologies }, objects)(pair);
  expect(apply).toBe(`kubectl --kubeconfig /home/me/config apply -f - <<'EOF'
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata:
  name: httpbin
  namespace: full-ab12c3
spec:
  selector:
    matchLabels:
      app: httpbin
  mtls:
    mode: STRICT
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: httpbin-full-mtls
  namespace: full-ab12c3
spec:
  host: httpbin.full-ab12c3.svc.cluster.local
  trafficPolicy:
    tls:
      mode: ISTIO_MUTUAL
EOF`);
  expect(ask).toMatch(/^kubectl --kubeconfig \/home\/me\/config exec -n legacy-ab12c3 /);
});

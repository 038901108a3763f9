import { service, taskWorld, workload } from '../../model/fixtures.ts';
import type { KubeObject } from '../../model/types.ts';
import { doubtsAt, type Server } from './servers.ts';

const httpbin: Server = {
  name: 'httpbin.full:80',
  endpoint: { workload: workload('full-ab12c3/httpbin'), port: 80, declared: true, listens: true },
  service: service('full-ab12c3/httpbin'),
  port: { name: 'http', port: 8000 },
  protocol: 'http',
};
const namespaces = { full: 'full-ab12c3' };
const authorization = (namespace: string, spec: object): KubeObject =>
  ({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { namespace, name: 'allow' },
    spec,
  }) as KubeObject;
const found = (policies: KubeObject[], doubts?: Parameters<typeof doubtsAt>[3]) =>
  doubtsAt(taskWorld(policies), { namespaces }, httpbin, doubts);

test.each<[string, string, object, boolean]>([
  ['of its namespace', 'full-ab12c3', { rules: [{}] }, true],
  ['of the whole mesh', 'istio-system', { rules: [{}] }, true],
  ['for it', 'full-ab12c3', { selector: { matchLabels: { app: 'httpbin' } } }, true],
  [
    'that denies plain text, which the model knows',
    'full-ab12c3',
    { action: 'DENY', rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] },
    true,
  ],
  ['for another', 'full-ab12c3', { selector: { matchLabels: { app: 'sleep' } } }, false],
  ['of another namespace', 'legacy-ab12c3', { rules: [{}] }, false],
])('whom it lets in is not known with an AuthorizationPolicy %s', (_, namespace, spec, isDoubtful) => {
  const { always, ifLetIn } = found([authorization(namespace, spec)]);
  expect(always).toEqual([]);
  expect(ifLetIn).toEqual(
    isDoubtful
      ? [`AuthorizationPolicy ${namespace}/allow acts there, and what it refuses of strangers is not read`]
      : [],
  );
});

test('what a step does not judge of a server is asked by the names of its topology', () => {
  const doubts = ({ to, port }: { to: string; port: number }) => [`${to}:${port} is not judged`];
  expect(found([], doubts)).toEqual({ always: ['full/httpbin:8000 is not judged'], ifLetIn: [] });
});

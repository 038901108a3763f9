import { InconclusiveError, UsageError } from '../errors.ts';
import { kubeOf, type Listening, listen, refuse } from './fixtures.ts';
import { assertPermissions, listed, type Right, wordsOf } from './rights.ts';

test.each<[Right, string]>([
  [{ verb: 'list', resource: 'pods' }, 'list pods'],
  [{ verb: 'create', resource: 'pods', subresource: 'exec' }, 'create pods/exec'],
  [{ verb: 'create', group: 'apps', resource: 'deployments' }, 'create deployments.apps'],
  [{ verb: 'create', group: '', resource: 'services' }, 'create services'],
  [{ verb: 'patch', resource: 'configmaps', namespace: 'istio-system' }, 'patch configmaps in istio-system'],
])('%o is %s', (right, words) => {
  expect(wordsOf(right)).toBe(words);
});

test('rights on the same objects are told together', () => {
  const verbs = ['create', 'delete', 'list'].map((verb): Right => ({ verb, resource: 'namespaces' }));
  expect(listed([...verbs, { verb: 'list', resource: 'pods' }])).toBe('create, delete, and list namespaces; list pods');
});

/** Starts a server that allows what the predicate allows. */
async function allowing(allowed: (right: Right) => boolean): Promise<Listening> {
  return listen(async (request, response) => {
    const { spec } = JSON.parse((await request.setEncoding('utf8').toArray()).join(''));
    const status = { allowed: allowed(spec.resourceAttributes) };
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec, status }),
    );
  });
}

const rights: Right[] = [
  { verb: 'list', resource: 'pods' },
  { verb: 'create', resource: 'pods', subresource: 'exec' },
  { verb: 'delete', group: 'security.istio.io', resource: 'peerauthentications' },
];

test('with every right there is nothing to say', async () => {
  const { server, close } = await allowing(() => true);
  await assertPermissions(kubeOf(server), rights);
  await close();
});

test('every missing right is named', async () => {
  const { server, close } = await allowing(({ verb, subresource }) => verb === 'create' && subresource === 'exec');
  const kube = kubeOf(server);
  await expect(assertPermissions(kube, rights)).rejects.toThrow(
    new UsageError(
      `The user of ${kube.label} may not list pods; delete peerauthentications.security.istio.io: grant these permissions (manifests/rights.yaml has the ClusterRoles and how to bind them), or use another context.`,
    ),
  );
  await close();
});

test('a server that cannot say is no answer', async () => {
  const { server, close } = await listen(refuse(500, 'out of order'));
  await expect(assertPermissions(kubeOf(server), rights)).rejects.toThrow(InconclusiveError);
  await expect(assertPermissions(kubeOf(server), rights)).rejects.toThrow('500: out of order');
  await close();
});

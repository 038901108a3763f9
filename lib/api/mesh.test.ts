import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../platform/errors.ts';
import { check, lint, plan, upgrade } from './mesh.ts';

/** The mesh of docs/api.md: a workload with a sidecar, a Service, and no policy. */
const page = readFileSync(fileURLToPath(new URL('../../docs/api.md', import.meta.url)), 'utf8');
const mesh = /^```yaml mesh.yaml\n(.*?)^```/ms.exec(page)?.[1] ?? '';
const istio = '1.31';

const strict = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: shop
spec:
  mtls:
    mode: STRICT
`;

test('manifests are one text, or several with their names', () => {
  const { results } = check(mesh, { istio }).summary;
  expect(results).toMatchObject({ mtls: 1, plain: 1, refused: 0 });
  const apart = check(
    [
      { file: 'mesh.yaml', text: mesh },
      { file: 'strict.yaml', text: strict },
    ],
    { istio },
  );
  expect(apart.summary.results).toMatchObject({ mtls: 1, plain: 0, refused: 1 });
  expect(() => check([{ file: 'mine.yaml', text: 'a: [' }], { istio })).toThrow(/^mine\.yaml:1 is not YAML/);
});

test('a plan of a policy, of STRICT and of the mesh of then is the same', () => {
  const { summary } = plan(mesh, { apply: strict }, { istio });
  expect(summary).toMatchObject({ before: { plain: 1 }, after: { refused: 1, plain: 0 } });
  expect(plan(mesh, { strict: 'shop' }, { istio }).summary).toEqual(summary);
  expect(plan(mesh, { to: `${mesh}---${strict}` }, { istio }).summary).toEqual(summary);
});

test('a plan of what is deleted', () => {
  const remove = [{ kind: 'PeerAuthentication', namespace: 'shop', name: 'default' }];
  const { summary } = plan(`${mesh}---${strict}`, { remove }, { istio });
  expect(summary).toMatchObject({ before: { refused: 1 }, after: { refused: 0, plain: 1 } });
  expect(() => plan(mesh, { remove }, { istio })).toThrow(UsageError);
});

test('what is wrong, and what another release changes', () => {
  expect(lint(mesh, { istio }).findings).toEqual([]);
  const rule = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: cart
  namespace: shop
spec:
  host: cart.shop.svc.cluster.local
  trafficPolicy:
    tls:
      mode: DISABLE
`;
  expect(lint(`${mesh}---${strict}---${rule}`, { istio }).summary.error).toBeGreaterThan(0);
  expect(upgrade(mesh, { from: '1.20', to: istio }).summary).toMatchObject({ pairs: 2, changes: {} });
});

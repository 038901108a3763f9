import { kubeOf, listen, say } from './fixtures.ts';
import { kindsOf } from './kinds.ts';

test('each kind has the newest version that serves it', async () => {
  const resources: Record<string, string[]> = { v1: ['Sidecar', 'Sidecar'], v1alpha3: ['EnvoyFilter', 'Sidecar'] };
  const { server, close } = await listen((request, response) => {
    const kinds = resources[request.url?.split('/').at(-1) ?? ''] ?? [];
    say(response, 200, { resources: kinds.map((kind) => ({ kind })) });
  });
  const kube = kubeOf(server, new Map([['networking.istio.io', ['v1', 'v1alpha3']]]));
  expect(Object.fromEntries(await kindsOf(kube, 'networking.istio.io'))).toEqual({
    Sidecar: 'networking.istio.io/v1',
    EnvoyFilter: 'networking.istio.io/v1alpha3',
  });
  expect((await kindsOf(kube, 'security.istio.io')).size).toBe(0);
  await close();
});

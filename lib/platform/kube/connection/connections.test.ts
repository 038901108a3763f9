import { KubeConfig } from '@kubernetes/client-node';
import { shareConnections } from './connections.ts';

interface Dispatching {
  createDispatcher(cluster: unknown, options: unknown): unknown;
}

test('the same credentials share a dispatcher, others get their own, and so does another kubeconfig', () => {
  const [config, other] = [new KubeConfig(), new KubeConfig()] as unknown as [Dispatching, Dispatching];
  for (const one of [config, other]) shareConnections(one as unknown as KubeConfig);
  const cluster = { name: 'a', server: 'https://127.0.0.1:1' };
  const of = (one: Dispatching, ca: string) => one.createDispatcher(cluster, { ca });
  expect(of(config, 'x')).toBeDefined();
  expect(of(config, 'x')).toBe(of(config, 'x'));
  expect(of(config, 'y')).not.toBe(of(config, 'x'));
  expect(of(other, 'x')).not.toBe(of(config, 'x'));
});

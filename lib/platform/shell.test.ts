import { spawnSync } from 'node:child_process';
import { quoted, sweepCommand } from './shell.ts';

const words = [
  'a b',
  "it's",
  '"$HOME"',
  '`id`',
  '$(id)',
  'a;b|c&d>e',
  '*?[a]',
  '~',
  '#a',
  '!!',
  '\\',
  'a\nb',
  '',
  '{a,b}',
  'arn:aws:eks:eu-west-1:1:cluster/a',
  'admin@kind',
  'é',
];

test.each(words)('a shell reads %p back', (word) => {
  const { stdout } = spawnSync('sh', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' });
  expect(stdout).toBe(word);
});

test('what needs no quotes has none', () => {
  const plain = ['/home/me/.kube/config', 'kind-automtls', 'arn:aws:eks:eu-west-1:1:cluster/a', 'admin@kind'];
  expect(plain.map(quoted)).toEqual(plain);
});

test('the command that sweeps names the cluster', () => {
  expect(sweepCommand({ kubeconfig: '/home/me/my config' })).toBe(
    "npx automtls sweep --kubeconfig '/home/me/my config'",
  );
  expect(sweepCommand({ kubeconfig: '/config', context: 'prod' })).toBe(
    'npx automtls sweep --kubeconfig /config --context prod',
  );
});

import { forNative, missingPackages } from './packages.ts';

test('a package whose programs are all there is not missing, wherever they are', () => {
  const there = new Set(['/sbin/ip', '/bin/openssl', '/bin/tini', '/sbin/runc', '/opt/cni/bin/ptp', '/bin/ctr']);
  const missing = missingPackages(forNative, '/bin:/sbin', (file) => there.has(file));
  expect(missing).toEqual(['iptables', 'containerd']);
});

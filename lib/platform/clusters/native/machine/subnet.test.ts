import { freeSubnet, linkOf } from './subnet.ts';

test('the same name gets the same subnet, another name another', () => {
  expect(freeSubnet('dev', [])).toBe(freeSubnet('dev', []));
  expect(freeSubnet('dev', [])).not.toBe(freeSubnet('other', []));
  expect(freeSubnet('dev', [])).toMatch(/^10\.2[0-5]\d\.\d+$/);
});

test('what the host uses is left alone, be it larger or smaller', () => {
  const first = freeSubnet('dev', []);
  const [, second = ''] = first.split('.');
  expect(freeSubnet('dev', [`${first}.7`])).not.toBe(first);
  expect(freeSubnet('dev', [`10.${second}.0.0/16`]).startsWith(`10.${second}.`)).toBe(false);
  expect(freeSubnet('dev', ['192.168.0.0/16', '172.17.0.1/16'])).toBe(first);
});

test('a host that uses all of it is told so', () => {
  expect(() => freeSubnet('dev', ['10.0.0.0/8'])).toThrow('free a /24');
});

test('a link has a name that the kernel takes', () => {
  expect(linkOf('a-cluster-with-quite-a-long-name').length).toBeLessThanOrEqual(15);
});

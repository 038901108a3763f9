import { service } from '../../../model/fixtures.ts';
import { servicesNamed } from './named.ts';

const services = ['full/httpbin', 'legacy/httpbin'].map((path) => service(path));

test.each<[string, string, string[]]>([
  ['httpbin.full.svc.cluster.local', 'default', ['full']],
  ['httpbin', 'full', ['full']],
  ['httpbin', 'default', []],
  ['httpbin.full', 'default', ['full']],
  ['httpbin.full.svc', 'default', ['full']],
  ['*.full.svc.cluster.local', 'default', ['full']],
  ['*.local', 'default', ['full', 'legacy']],
  ['*', 'default', ['full', 'legacy']],
  ['example.com', 'full', []],
])('%s in %s names %p', (host, namespace, wanted) => {
  expect(servicesNamed([host], namespace, services).map(({ metadata }) => metadata.namespace)).toEqual(wanted);
});

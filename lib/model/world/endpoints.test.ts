import { service, taskWorld, workload } from '../fixtures.ts';
import type { Service, Workload, World } from '../types.ts';
import { aliasTarget, endpointsOf, servicePort } from './endpoints.ts';

const at = { name: 'http', port: 8000 };

function world(workloads: Workload[], services: Service[] = []): World {
  return { ...taskWorld([]), workloads, services };
}

function endpoints(spec: Partial<Service['spec']>, ...workloads: Workload[]) {
  return endpointsOf(world(workloads), service('full/httpbin', spec), at).map(
    ({ workload: { name }, port, listens }) => ({
      workload: name,
      port,
      listens,
    }),
  );
}

const toPort = (targetPort?: number | string) => ({
  ports: [{ port: 8000, ...(targetPort === undefined ? {} : { targetPort }) }],
});

describe('the port of the pods', () => {
  const pods = workload('full/httpbin', { ports: [{ name: 'web', port: 8080 }] });

  test.each<[string, number | string | undefined, number[]]>([
    ['a number', 80, [80]],
    ['a name', 'web', [8080]],
    ['a name that the pods do not have', 'api', []],
    ['left out', undefined, [8000]],
  ])('targetPort is %s', (_, targetPort, expected) => {
    expect(endpoints(toPort(targetPort), pods).map(({ port }) => port)).toEqual(expected);
  });

  test.each<[string, Service[], boolean]>([
    ['no Service', [], false],
    ['a Service for other pods', [service('full/other', toPort('web'))], false],
    ['a Service of another namespace', [service('legacy/httpbin', toPort('web'))], false],
    ['another port of a Service', [service('full/httpbin', toPort(9090))], false],
    ['a Service by the name of the port', [service('full/httpbin', toPort('web'))], true],
  ])('is declared or not: %s', (_, services, declared) => {
    const headless = service('full/headless', {
      clusterIP: 'None',
      selector: { app: 'httpbin' },
      ports: [{ port: 8080, targetPort: 80 }],
    });
    const [endpoint] = endpointsOf(world([pods], [headless, ...services]), headless, { port: 8080 });
    expect(endpoint?.declared).toBe(declared);
  });

  test('a headless Service leads to its own port, where the pods may not listen', () => {
    const headless = { clusterIP: 'None' };
    expect(endpoints({ ...headless, ...toPort(80) }, pods)).toEqual([
      { workload: 'httpbin', port: 8000, listens: false },
    ]);
    expect(endpoints({ ...headless, ...toPort(8000) }, pods)).toEqual([
      { workload: 'httpbin', port: 8000, listens: true },
    ]);
  });
});

describe('the workloads behind a Service', () => {
  test.each<[string, Partial<Workload>, number]>([
    ['of its namespace, with its labels', { labels: { app: 'httpbin', version: 'v1' } }, 1],
    ['without its labels', { labels: { version: 'v1' } }, 0],
    ['of another namespace', { namespace: 'partial' }, 0],
    ['without pods', { replicas: 0 }, 0],
  ])('%s', (_, changes, count) => {
    expect(endpoints({}, workload('full/httpbin', changes))).toHaveLength(count);
  });

  test('none where it has no selector', () => {
    expect(endpoints({ selector: {} }, workload('full/httpbin'))).toEqual([]);
  });
});

test.each<[string, number, Workload['ports'], boolean, boolean]>([
  ['its target', 80, [{ port: 80 }], true, true],
  ['another on which they listen, and which no Service declares', 81, [{ port: 80 }, { port: 81 }], true, false],
  ['another on which they do not listen', 81, [{ port: 80 }], false, false],
])('a headless Service leads to the pods’ port as it is: %s', (_, port, ports, listens, declared) => {
  const headless = service('full/httpbin', { clusterIP: 'None', ports: [{ name: 'http', port, targetPort: 80 }] });
  const there = world([workload('full/httpbin', { ports })], [headless]);
  expect(endpointsOf(there, headless, { port })).toMatchObject([{ port, listens, declared }]);
});

test('a port that a Service does not have is refused by name', () => {
  expect(() => servicePort(service('full/httpbin'), 9000)).toThrow('Service full/httpbin has no port 9000');
});

describe('an ExternalName', () => {
  const alias = (path: string, externalName: string) => service(path, { type: 'ExternalName', externalName });
  const httpbin = service('full/httpbin');

  test.each(['httpbin.full.svc.cluster.local', 'httpbin.full.svc.cluster.local.'])('leads to %s', (name) => {
    expect(aliasTarget(world([], [httpbin]), alias('legacy/alias', name))).toBe(httpbin);
  });

  test('leads on through another', () => {
    const second = alias('legacy/second', 'httpbin.full.svc.cluster.local');
    const first = alias('legacy/first', 'second.legacy.svc.cluster.local');
    expect(aliasTarget(world([], [httpbin, second]), first)).toBe(httpbin);
  });

  test.each(['example.com', 'httpbin.full', 'alias.legacy.svc.cluster.local'])(
    'to %s leads out of the world',
    (name) => {
      const one = alias('legacy/alias', name);
      expect(() => aliasTarget(world([], [httpbin, one]), one)).toThrow(
        `ExternalName legacy/alias leads to ${name}, which is no Service of this world`,
      );
    },
  );

  test('any other Service stands for itself', () => {
    expect(aliasTarget(world([]), httpbin)).toBe(httpbin);
  });
});

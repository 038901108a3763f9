import { inverse } from './inverse.ts';

test('what was changed gets its old value, what was added is removed', () => {
  const before = { spec: { selector: { app: 'httpbin' }, type: 'ClusterIP' } };
  expect(inverse({ spec: { selector: { app: 'sleep', version: 'v1' } } }, before)).toEqual({
    spec: { selector: { app: 'httpbin', version: null } },
  });
});

test('what was removed comes back', () => {
  const before = { metadata: { labels: { mode: 'istio' } } };
  expect(inverse({ metadata: { labels: { mode: null } } }, before)).toEqual(before);
  expect(inverse({ metadata: { labels: null } }, before)).toEqual(before);
});

test('what was not there goes as a whole', () => {
  expect(inverse({ metadata: { annotations: { a: 'b' } } }, { metadata: {} })).toEqual({
    metadata: { annotations: null },
  });
});

test('lists are put back as a whole', () => {
  expect(inverse({ spec: { ports: [] } }, { spec: { ports: [{ port: 1 }] } })).toEqual({
    spec: { ports: [{ port: 1 }] },
  });
});

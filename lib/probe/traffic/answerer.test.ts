import { answererOf } from './answerer.ts';

const passedOn = { server: 'envoy', 'x-envoy-upstream-service-time': '2' };
const reset = 'upstream connect error or disconnect/reset before headers. reset reason: connection termination';
const abort = 'fault filter abort';

/** What was answered, whether the client has a sidecar, and who must be said to have answered. */
test.each([
  ['nothing', { status: 0, body: '' }, true, 'nobody'],
  ['the client’s sidecar, which reaches nobody', { body: reset, headers: { server: 'envoy' } }, true, 'client-sidecar'],
  ['the client’s sidecar, body discarded', { body: '', headers: { server: 'envoy' } }, true, 'client-sidecar'],
  ['a fault in the server’s sidecar', { body: abort, headers: passedOn }, true, 'server-sidecar'],
  ['a fault in the client’s sidecar', { body: abort, headers: { server: 'envoy' } }, true, 'client-sidecar'],
  ['a server behind two sidecars', { body: 'busy', headers: passedOn }, true, 'application'],
  ['a server behind two sidecars, body discarded', { body: '', headers: passedOn }, true, 'server-side'],
  ['bytes that sidecars pass on', { body: 'busy', headers: { server: 'nginx' } }, true, 'application'],
  ['the server’s sidecar, to a bare client', { body: '', headers: { server: 'istio-envoy' } }, false, 'server-sidecar'],
  ['a fault, to a bare client', { body: abort, headers: { server: 'istio-envoy' } }, false, 'server-sidecar'],
  ['a server without a name', { body: '', headers: { ...passedOn, server: 'istio-envoy' } }, false, 'application'],
  ['a bare server', { body: 'busy', headers: {} }, false, 'application'],
  ['a denial', { status: 403, body: 'RBAC: access denied', headers: passedOn }, true, 'server-sidecar'],
  ['an old curl: one of the two', { body: abort }, true, 'sidecar'],
  ['an old curl, to a bare client', { body: abort }, false, 'server-sidecar'],
  ['an old curl, and no sign', { body: '' }, true, undefined],
])('who answered: %s', (_, answer, hasSidecar, who) => {
  expect(answererOf({ status: 503, ...answer }, hasSidecar)).toBe(who);
});

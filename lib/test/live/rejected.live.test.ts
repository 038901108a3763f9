import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../model/types.ts';
import type { Kube } from '../../platform/kube/connection/connect.ts';
import { create, deleteByUid } from '../../platform/kube/objects.ts';
import { whyWithCauses } from '../../results/causes.ts';
import { cellsOf, inFull, judge, mesh, peerAuthentication, sabotaged, until } from './harness.ts';

// Sidecars that reject what istiod sends: a filter that no Envoy knows, on every listener.

const typed = {
  '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
  value: {},
  type_url: 'type.googleapis.com/nobody.knows.v1.Filter',
};
const hcm = { name: 'envoy.filters.network.http_connection_manager' };
const unknown = {
  apiVersion: 'networking.istio.io/v1alpha3',
  kind: 'EnvoyFilter',
  metadata: { namespace: 'istio-system', name: 'automtls-live-unknown' },
  spec: {
    configPatches: [
      {
        applyTo: 'NETWORK_FILTER',
        match: { context: 'ANY', listener: { filterChain: { filter: hcm } } },
        patch: { operation: 'INSERT_BEFORE', value: { name: 'nobody.knows', typed_config: typed } },
      },
    ],
  },
} as KubeObject;
const istiodsWords = /ADS:LDS: ACK ERROR [\w-]+\.(full|partial)-\w+-\d+ Internal:.*'nobody\.knows'/;

let kube: Kube;
let out: string;
beforeAll(async () => {
  kube = await mesh();
  out = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(out, { recursive: true }));

test('from the beginning: told in seconds, in istiod’s words', async () => {
  const { exitCode, all, results } = await sabotaged(kube, [unknown], () => judge(out, '--suite', 'strict'));
  expect(exitCode).toBe(3);
  expect(results.phases.find(({ name }) => name === 'set-up')?.ms).toBeLessThan(20_000);
  const [ready] = results.suites.flatMap(({ steps }) => steps);
  expect(ready).toMatchObject({ kind: 'check', verdict: 'inconclusive' });
  const why = ready?.kind === 'check' ? ready.why : '';
  expect(why).toMatch(/full\/httpbin is 1\/2, not 2\/2/);
  expect(why).toMatch(/the sidecars? of .*full\/\S+.* rejects? the listeners that istiod sends/);
  expect(why).toMatch(istiodsWords);
  expect(all).toMatch(istiodsWords);
});

test('from the middle of a step on: what is wrong names it', async () => {
  const judged = judge(out, '--suite', 'strict');
  await until(async () => (await inFull(kube, peerAuthentication)).length > 0);
  await create(kube, unknown, 'live');
  const { exitCode, results } = await judged.finally(() => deleteByUid(kube, unknown));
  expect(exitCode).toBe(3);
  // Whether STRICT had arrived before the filter decides which of the two steps is wrong.
  const refused = cellsOf(results).filter(
    ({ client, server }) => `${client} ${server}` === 'sleep.legacy httpbin.full',
  );
  const why = refused.map(whyWithCauses).join('\n');
  expect(why).toMatch(/a likely cause: the sidecars? of .*full-\w+\/httpbin-\S+ .*rejects? the listeners/);
  expect(why).toMatch(istiodsWords);
});

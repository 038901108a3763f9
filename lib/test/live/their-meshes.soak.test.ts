import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../model/types.ts';
import { down, up } from '../../platform/clusters/native/index.ts';
import { connect } from '../../platform/kube/connection/connect.ts';
import { standIns } from '../../stand-ins/index.ts';
import { meshFrom, planOf, readCluster, type Snapshot, strictEdit, surveyOf } from '../../survey/index.ts';
import { compare, type Source } from '../../tools/fuzz/meshes/compare.ts';
import {
  type ClientPod,
  type Deployment,
  deployMesh,
  removeMesh,
  replacePolicies,
} from '../../tools/fuzz/meshes/deploy.ts';
import { randomMesh } from '../../tools/fuzz/meshes/random-mesh.ts';

// Meshes of others, with stand-ins for their pods: what check, plan and upgrade say of them is what requests get. It
// builds releases, and takes some minutes for each: npm run soak.

const LIMIT_MS = 1_800_000;
const quiet = { onProgress: () => {}, signal: new AbortController().signal };

/** Does something on a cluster of its own with a version of Istio. */
async function on<Result>(istio: string, does: (mesh: Deployment) => Promise<Result>): Promise<Result> {
  const name = `soak-${process.pid}`;
  const cluster = await up({ name, istio, lasting: false, ...quiet });
  try {
    return await does({ kube: await connect(cluster), ...quiet });
  } finally {
    await down({ name, onProgress: () => {} });
  }
}

/** Asks every pair, and makes sure that each source judged some, and was right about all. */
async function asked(mesh: Deployment, clients: readonly ClientPod[], sources: [Source, ...Source[]]): Promise<void> {
  const { wrong, counts } = await compare(mesh, clients, sources);
  expect(wrong).toEqual([]);
  for (const { equal } of counts.values()) expect(equal).toBeGreaterThan(0);
  process.stderr.write(`${JSON.stringify([...counts])}\n`);
}

const now = (mesh: Deployment): Promise<Snapshot> => readCluster(mesh.kube, mesh);

describe.each(['bookinfo', 'microservices-demo'])('%s, as its repository has it', (name) => {
  const file = new URL(`samples/${name}.yaml`, import.meta.url);
  const documents = parseAllDocuments(readFileSync(file, 'utf8'))
    .flatMap((document) => document.toJS() ?? [])
    // Native clusters do not have Gateway API, and these are for a gateway from outside.
    .filter(({ apiVersion }) => !apiVersion.startsWith('gateway.networking.k8s.io/'));
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'istio-injection': 'enabled' } },
  };
  // As `kubectl apply --namespace` has it.
  const manifests = [
    namespace,
    ...documents.map((one) => ({ ...one, metadata: { namespace: name, ...one.metadata } })),
  ];

  test.each(['1.31-dev', '1.24.2'])(
    'on Istio %s every pair is as check says, and with STRICT as plan says',
    (istio) =>
      on(istio, async (mesh) => {
        const clients = await deployMesh(mesh, standIns(manifests as KubeObject[]));
        const base = await now(mesh);
        await asked(mesh, clients, [{ name: 'check', survey: surveyOf(meshFrom(base)) }]);
        const edit = strictEdit(meshFrom(base), name);
        const planned = planOf(base, edit);
        const after = [...(edit.apply?.objects.get('PeerAuthentication') ?? [])];
        await replacePolicies(mesh, { before: [], after });
        await asked(mesh, clients, [{ name: 'plan', survey: planned.after }]);
        await removeMesh(mesh, after);
      }),
    LIMIT_MS,
  );
});

test.each([
  { from: '1.20.1', to: '1.31-dev', as: '1.31', seed: 1 },
  { from: '1.24.2', to: '1.20.1', as: '1.20', seed: 2 },
])(
  'a random mesh on Istio $from is on $to as upgrade says',
  async ({ from, to, as, seed }) => {
    const deployed = async (mesh: Deployment, layout: readonly KubeObject[], objects: readonly KubeObject[]) => {
      const clients = await deployMesh(mesh, standIns(layout));
      await replacePolicies(mesh, { before: [], after: objects });
      return clients;
    };
    const { layout, objects, snapshot } = await on(from, async (mesh) => {
      const found = randomMesh(seed, meshFrom(await now(mesh)).plane.mesh.release, 'istio-system');
      const [, own = []] = found.policies;
      const clients = await deployed(mesh, found.layout, own);
      const base = await now(mesh);
      await asked(mesh, clients, [{ name: 'before', survey: surveyOf(meshFrom(base)) }]);
      return { layout: found.layout, objects: own, snapshot: base };
    });
    await on(to, async (mesh) => {
      const clients = await deployed(mesh, layout, objects);
      await asked(mesh, clients, [{ name: 'upgrade', survey: surveyOf(meshFrom(snapshot, undefined, as)) }]);
    });
  },
  LIMIT_MS,
);

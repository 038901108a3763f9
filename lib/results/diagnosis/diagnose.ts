import { typeOf } from '../../kinds/index.ts';
import { lookAtServing, proxyStatuses, type Run, type SyncStatus } from '../../mesh/index.ts';
import { aliasTarget, endpointsOf, hostnameOf, nameOf, serviceNamed } from '../../model/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { list, outputOf } from '../../platform/kube/index.ts';
import { questionOf, type Traffic } from '../../scenario/index.ts';
import { carriesProxy, isEnding, type Pod, podsOf, type Serving } from '../../verdict/index.ts';
import { fileOf } from './file.ts';
import { diagnosedKinds, policiesIn, servingIn, written } from './objects.ts';
import { distinctCertificates, type Focus, namesOf, relevantConfig, relevantHosts } from './sidecar.ts';
import { syncOf } from './sync.ts';

/** The most characters of one command's output: all configuration of a sidecar in a big mesh. */
const MOST_OUTPUT = 64_000_000;
/** A Service may have many pods, and a mesh many istiods. With these there are at most `MOST_FILES` files. */
const [MOST_SERVERS, MOST_ISTIODS] = [2, 3];

type DiagnosisFiles = Map<string, string>;

/**
 * Reads what may explain the answers of one pair: what the sidecars of both ends were told, the policies and endpoints,
 * and what istiod knows of these sidecars. Takes at most `limits.diagnosisMs`, and ends early if the run is interrupted.
 * What cannot be read is named in a file of its own. It never throws, and changes nothing on the cluster.
 * @returns the files' texts by their names
 */
export async function diagnose(run: Run, traffic: Traffic): Promise<DiagnosisFiles> {
  const files: DiagnosisFiles = new Map();
  const unread: string[] = [];
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(run.limits.diagnosisMs)]);
  const attempt = (what: string, work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => {
      unread.push(`${what}: ${messageOf(error)}`);
    });
  await attempt('this pair', () => read({ run, traffic, signal, files, attempt }));
  if (unread.length > 0) files.set('not-read.yaml', fileOf('what could not be read, and why', unread));
  return files;
}

interface Diagnosis {
  run: Run;
  traffic: Traffic;
  /** Aborted when the time for this pair is up, and with the run. */
  signal: AbortSignal;
  files: DiagnosisFiles;
  /** Does some work; if it fails, notes why. */
  attempt(what: string, work: () => Promise<void>): Promise<void>;
}

async function read(parts: Diagnosis): Promise<void> {
  const { run, traffic, signal, attempt, files } = parts;
  const { topology, namespaces } = run;
  const { client, server } = questionOf(traffic, namespaces);
  const named = serviceNamed(topology.services, server);
  if (named === undefined) throw new Error(`there is no Service ${server.namespace}/${server.name}`);
  const target = aliasTarget(topology, named);
  const endpoints = endpointsOf(topology, target, server);
  const spaces = [...new Set([client.namespace, server.namespace, target.metadata.namespace ?? ''])];

  await Promise.all([
    attempt('the policies', () => readPolicies(parts, [...new Set([...spaces, run.istio.mesh.rootNamespace])])),
    attempt('the pods and endpoints', async () => {
      const serving = await unlessAborted(signal, lookAtServing(run));
      files.set('serving.yaml', fileOf('Services, EndpointSlices and pods', servingIn(run, serving, spaces)));
      const asker = topology.workloads.filter((one) => one.namespace === client.namespace && one.name === client.name);
      const clients = proxiesOf(parts, asker, serving).slice(0, 1);
      const servers = proxiesOf(
        parts,
        endpoints.map(({ workload }) => workload),
        serving,
      ).slice(0, MOST_SERVERS);
      const hosts = [...new Set([named, target].map(hostnameOf))];
      const outbound: Focus = { direction: 'outbound', hosts, ports: [server.port] };
      const ports = [...new Set(endpoints.map(({ port }) => port))];
      const inbound: Focus = { direction: 'inbound', hosts, ports };
      await Promise.all([
        ...clients.map((pod) => readSidecar(parts, `client-${pod.metadata.name}`, pod, outbound)),
        ...servers.map((pod) => readSidecar(parts, `server-${pod.metadata.name}`, pod, inbound)),
        attempt('what istiod knows of the sidecars', () => readSync(parts, [...clients, ...servers])),
      ]);
    }),
  ]);
}

/** Returns the workloads' pods that have a sidecar, as far as they run. */
function proxiesOf({ run }: Diagnosis, workloads: Run['topology']['workloads'], serving: Serving): Pod[] {
  return workloads
    .flatMap((workload) => podsOf(workload, serving, run.made))
    .filter((pod) => carriesProxy(pod) && !isEnding(pod));
}

async function readPolicies({ run, signal, attempt, files }: Diagnosis, namespaces: string[]): Promise<void> {
  const found = new Map<string, object[]>();
  await Promise.all(
    diagnosedKinds.map((kind) =>
      attempt(kind.kind, async () => {
        const asked = namespaces.map((namespace) => policiesIn(run.kube, kind, namespace));
        const lists = await unlessAborted(signal, Promise.all(asked));
        // Objects without a namespace come once for each.
        const all = new Map(lists.flat().map((object) => [nameOf(object), written(object)]));
        found.set(kind.kind, [...all.values()]);
      }),
    ),
  );
  const inOrder = Object.fromEntries(diagnosedKinds.map(({ kind }) => [kind, found.get(kind) ?? []]));
  files.set('policies.yaml', fileOf(`policies and rules in ${namespaces.join(', ')}`, inOrder));
}

/** Reads a sidecar's configuration with Istio's own agent, whose image need not have a shell. */
async function readSidecar(
  { run, signal, attempt, files }: Diagnosis,
  file: string,
  pod: Pod,
  focus: Focus,
): Promise<void> {
  const { namespace = '', name } = pod.metadata;
  const admin = async (path: string): Promise<never> => {
    const where = { namespace, pod: name, container: 'istio-proxy' };
    const limits = { most: MOST_OUTPUT, signal };
    return JSON.parse(await outputOf(run.kube, where, ['pilot-agent', 'request', 'GET', path], limits)) as never;
  };
  const found: Record<string, unknown> = {};
  const about = `the sidecar of ${namespace}/${name}`;
  await Promise.all([
    attempt(`the certificates of ${about}`, async () => {
      found['certificates'] = distinctCertificates(await admin('certs'));
    }),
    attempt(`the endpoints of ${about}`, async () => {
      found['hosts'] = relevantHosts(await admin('clusters?format=json'), focus);
    }),
    attempt(`the configuration of ${about}`, async () => {
      const dump = await admin(`config_dump?include_eds&name_regex=${namesOf(focus)}`);
      Object.assign(found, relevantConfig(dump, focus));
    }),
  ]);
  const order = ['certificates', 'hosts', 'endpoints', 'clusters', 'routes', 'listeners'];
  const inOrder = Object.fromEntries(order.flatMap((key) => (key in found ? [[key, found[key]]] : [])));
  files.set(`${file}.yaml`, fileOf(`${about}, ${focus.direction}`, inOrder));
}

async function readSync({ run, signal, attempt, files }: Diagnosis, sidecars: Pod[]): Promise<void> {
  const { namespace, labels } = run.istio.istiod;
  const pods = list<Pod>(run.kube, typeOf('Pod'), { namespace, labels });
  const istiods = (await unlessAborted(signal, pods)).slice(0, MOST_ISTIODS);
  const said: { istiod: string; all: SyncStatus[] }[] = [];
  await Promise.all(
    istiods.map(({ metadata: { name } }) =>
      attempt(`what ${name} knows of the sidecars`, async () => {
        const istiod = { namespace, pod: name };
        said.push({ istiod: name, all: await proxyStatuses(run.kube, istiod, { most: MOST_OUTPUT, signal }) });
      }),
    ),
  );
  const proxies = sidecars.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`);
  files.set(
    'istiod.yaml',
    fileOf('what istiod has sent to the sidecars, and what they have accepted', syncOf(said, proxies)),
  );
}

/** Waits for some work, but not longer than until a signal. The work itself may go on, unheard. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(new Error(`stopped, ${messageOf(signal.reason)}`));
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

import { typeOf } from '../kinds/index.ts';
import { InconclusiveError, UsageError } from '../platform/errors.ts';
import { list, logOf, wordsOf } from '../platform/kube/index.ts';
import type { Rejection, Rejections } from '../verdict/index.ts';
import { rightToLogs } from './rights.ts';
import type { Run } from './run.ts';

/** The maximum length of a quotation. Envoy names every listener that it rejects, but the first ones say enough. */
const LENGTH = 300;

/**
 * Finds in istiod's log which of the run's sidecars have rejected their configuration.
 * @param sinceMs how far back to read
 */
export async function lookForRejections(
  { kube, istio, namespaces }: Pick<Run, 'kube' | 'istio' | 'namespaces'>,
  sinceMs: number,
): Promise<Rejections> {
  const { namespace, labels } = istio.istiod;
  try {
    const pods = await list(kube, typeOf('Pod'), { namespace, labels });
    const logs = await Promise.all(
      pods.map(({ metadata: { name: pod } }) => logOf(kube, { namespace, pod, container: 'discovery' }, sinceMs)),
    );
    return { found: logs.flatMap((log) => rejectionsIn(log, Object.values(namespaces))) };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InconclusiveError)) throw error;
    const right = wordsOf({ ...rightToLogs, namespace });
    return { found: [], unread: { right, error: error.message } };
  }
}

/**
 * Returns the rejections in a log of istiod by sidecars in the given namespaces: for each sidecar and kind of resource,
 * the last one.
 * istio/istio pkg/xds/server.go, ShouldRespond; pilot/pkg/xds/delta.go, shouldRespondDelta; before 1.24
 * pilot/pkg/xds/ads.go.
 */
export function rejectionsIn(log: string, namespaces: string[]): Rejection[] {
  const last = new Map<string, Rejection>();
  for (const entry of entriesOf(log)) {
    const [, said = '', type = '', connection = ''] = /(ADS:(\S+): ACK ERROR (\S+) .*)$/s.exec(entry) ?? [];
    const { namespace, pod } = proxyOf(connection);
    if (!namespaces.includes(namespace)) continue;
    last.set(`${type} ${namespace} ${pod}`, { namespace, pod, type, said: quoted(said) });
  }
  return [...last.values()];
}

/** Returns the beginning of what istiod logged, on one line. */
function quoted(said: string): string {
  const line = said.trim().replaceAll(/\s+/g, ' ');
  return line.length > LENGTH ? `${line.slice(0, LENGTH)} …` : line;
}

/** Returns a log's entries. Each begins with a time or is a JSON object; a message of Envoy's spans several lines. */
function entriesOf(log: string): string[] {
  return log.split(/\n(?=\d{4}-\d\d-\d\dT|\{)/).map((entry) => {
    if (!entry.startsWith('{')) return entry;
    try {
      return String((JSON.parse(entry) as { msg?: unknown }).msg);
    } catch {
      return entry;
    }
  });
}

/**
 * Parses the id of a connection: `<pod>.<namespace>-<number>`; before 1.12
 * `sidecar~<address>~<pod>.<namespace>~<domain>-<number>`.
 */
function proxyOf(connection: string): { namespace: string; pod: string } {
  const node = connection.replace(/-\d+$/, '').split('~');
  const [pod = '', namespace = ''] = (node[2] ?? node[0] ?? '').split('.');
  return { namespace, pod };
}

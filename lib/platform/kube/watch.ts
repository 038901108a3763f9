import { Watch } from '@kubernetes/client-node';
import type { KubeObject, ObjectChange } from '../../model/index.ts';
import { messageOf, UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import { unlessLate, waitFor } from '../wait.ts';
import type { Kube } from './connection/connect.ts';
import { raw } from './connection/raw.ts';
import { type ObjectLog, objectLog } from './object-log.ts';

/** Objects of one kind: all on the cluster, or the one of a name. */
export interface Watchable {
  apiVersion: string;
  kind: string;
  /** The plural in paths, such as `destinationrules`. */
  resource: string;
  only?: { namespace: string; name: string };
}

/** A watch of one kind. */
export interface ObjectWatch {
  /** Returns the changes since the last call, in order. */
  take(): ObjectChange[];
  /**
   * Waits until the watch has seen what a list shows. Returns a sentence if it does not in time. A kind that the user may
   * not watch is compared with the list instead.
   */
  caughtUp(listed: readonly KubeObject[]): Promise<string | undefined>;
  /** Returns a sentence if the user may not watch this kind. */
  refusal(): string | undefined;
  stop(): void;
}

const NOT_BEGUN = 'its stream has not begun';

/** How long a watch may be behind a list, in milliseconds, and how often to look whether it is. */
const BEHIND = { limitMs: 2_000, everyMs: 10 };

/** What the API server sends in place of an object if a stream fails. */
interface Failure {
  code?: number;
  message?: string;
}

/** The state of a watch: what it has seen, and where its stream goes on. */
interface State {
  log: ObjectLog;
  /** The resourceVersion of the last list or event; empty if a list is needed first. */
  from: string;
  stopped: boolean;
  /** Whether a stream is open now. */
  open: boolean;
  refusal?: string;
  /** Why the stream ended last. */
  trouble: string;
  /** Ends the stream. */
  end(): void;
}

/**
 * Lists objects and watches them from then on, until it is stopped. A stream that ends, as each does after a while of
 * silence, is begun again where it was. If the API server does not have the changes since then any more, it lists anew
 * and compares. A stream to which nothing answers is one that the user may not watch.
 * @throws UsageError if the user may not list them; InconclusiveError if the API server fails or cannot be reached
 */
export async function watchObjects(kube: Kube, what: Watchable): Promise<ObjectWatch> {
  const state: State = {
    log: objectLog(),
    from: '',
    stopped: false,
    open: false,
    trouble: NOT_BEGUN,
    end: () => {},
  };
  await listInto(state, kube, what);
  state.log.take();
  streamUntilStopped(state, kube, what).catch((error: unknown) => {
    state.trouble = messageOf(error);
  });
  const hasBegun = async (): Promise<boolean> => state.open || state.refusal !== undefined;
  await waitFor(hasBegun, { what: `the watch of ${what.kind}`, ...BEHIND }).catch((error: unknown) => {
    unlessLate(error);
    if (state.trouble !== NOT_BEGUN) return;
    // Something in between, such as a proxy that sends answers only as a whole, does not let it through.
    state.refusal = `${kube.label} does not begin a watch of ${what.kind}: ${state.trouble}`;
    state.end();
  });
  return {
    take: state.log.take,
    caughtUp: async (listed) => {
      const isDone = (): boolean => state.refusal !== undefined || (state.open && state.log.hasSeen(listed));
      const wait = { what: `the watch of ${what.kind}`, ...BEHIND };
      if (!isDone()) await waitFor(async () => isDone(), wait).catch(unlessLate);
      if (!isDone()) return `the watch of ${what.kind} does not show what a list does: ${state.trouble}`;
      if (state.refusal !== undefined) state.log.compare(listed);
      return undefined;
    },
    refusal: () => state.refusal,
    stop: () => {
      state.stopped = true;
      state.end();
    },
  };
}

async function listInto(state: State, kube: Kube, what: Watchable): Promise<void> {
  const path = `${pathOf(what)}${what.only === undefined ? '' : `?fieldSelector=${selectorOf(what.only)}`}`;
  const { metadata, items } = await raw<{ metadata: { resourceVersion?: string }; items: KubeObject[] }>(kube, path);
  const { apiVersion, kind } = what;
  // The items of a list have no kind.
  state.log.compare(items.map((item) => ({ ...item, apiVersion, kind })));
  state.from = metadata.resourceVersion ?? '';
}

async function streamUntilStopped(state: State, kube: Kube, what: Watchable): Promise<void> {
  const isOver = (): boolean => state.stopped || state.refusal !== undefined;
  while (!isOver()) {
    const begunAt = performance.now();
    try {
      if (state.from === '') await listInto(state, kube, what);
      await stream(state, kube, what);
    } catch (error) {
      state.trouble = messageOf(error);
      if (error instanceof UsageError) state.refusal = state.trouble;
    }
    const { reopenMs } = defaultLimits;
    if (isOver() || performance.now() - begunAt > reopenMs) continue;
    await waitFor(async () => state.stopped, { what: 'a pause', limitMs: reopenMs, everyMs: reopenMs }).catch(
      unlessLate,
    );
  }
}

/** Takes in one stream of events, until it ends. */
async function stream(state: State, kube: Kube, what: Watchable): Promise<void> {
  const over = Promise.withResolvers<unknown>();
  const query = {
    resourceVersion: state.from,
    allowWatchBookmarks: true,
    ...(what.only && { fieldSelector: selectorOf(what.only) }),
  };
  const onEvent = (type: string, object: KubeObject & Failure): void => {
    try {
      takeIn(state, type, object);
    } catch (error) {
      // client-node would swallow it.
      over.resolve(error);
    }
  };
  let isDone = false;
  const done = (error: unknown): void => {
    isDone = true;
    state.open = false;
    over.resolve(error);
  };
  const controller = await new Watch(kube.config).watch(pathOf(what), query, onEvent, done);
  // If the API server has refused the stream, it is done by now.
  state.open = !isDone;
  state.end = () => controller.abort();
  if (state.stopped) state.end();
  const error = await over.promise;
  state.open = false;
  state.end();
  if (error === null || error === undefined) return;
  const { statusCode } = error as { statusCode?: number };
  state.trouble = `its stream ended: ${messageOf(error)}`;
  if (statusCode === 410) state.from = '';
  if (statusCode === 401 || statusCode === 403) {
    state.refusal = `${kube.label} does not let its user watch ${what.kind}: ${statusCode}`;
  }
}

function takeIn(state: State, type: string, object: KubeObject & Failure): void {
  if (type === 'ERROR') {
    if (object.code === 410) state.from = '';
    throw new Error(object.message ?? `code ${object.code}`);
  }
  if (type !== 'BOOKMARK') state.log.add(type === 'DELETED' ? 'deleted' : 'stored', object);
  state.from = object.metadata.resourceVersion ?? state.from;
}

function pathOf({ apiVersion, resource, only }: Watchable): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${only === undefined ? '' : `/namespaces/${only.namespace}`}/${resource}`;
}

function selectorOf({ name }: { name: string }): string {
  return `metadata.name=${name}`;
}

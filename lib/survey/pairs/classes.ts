import { hasSidecar, nameOf, passing, workloadName } from '../../model/index.ts';
import { namespaceOf } from '../snapshot.ts';
import { type Sights, sightOf } from './answers.ts';
import type { Client, Sort } from './clients.ts';
import { guardsKey } from './guards.ts';
import type { Server } from './servers.ts';

/** Sorts of clients that a server cannot tell apart: each of them gets what the first gets. */
export type SortClass = readonly Sort[];

/**
 * Some clients. A large mesh has more pairs than fit into memory, so whoever has the same clients has the same arrays:
 * what is made of one can be kept for all.
 */
export interface ClientSet {
  /** In the order of the clients. */
  sorts: readonly Sort[];
  classes: readonly SortClass[];
  clients: readonly Client[];
}

/** Returns which sorts of clients each server cannot tell apart. Servers that tell the same ones apart are found once. */
export function classesIn(sights: Sights, sorts: readonly Sort[]): (server: Server) => readonly SortClass[] {
  const bySidecar = sorts.flatMap(({ workload }) => (hasSidecar(workload) ? [workload] : []));
  const places = new Set(bySidecar.map(({ namespace }) => namespace));
  // One workload of each redirection: servers differ in which of them get past their sidecars.
  const redirected = new Map(bySidecar.map((workload) => [JSON.stringify(workload.redirection), workload]));
  const ids = new Map(sorts.map((sort, id) => [sort, id]));
  const classes = new Map<string, SortClass>();
  const shared = (own: SortClass): SortClass => {
    const key = own.map((sort) => ids.get(sort)).join();
    const known = classes.get(key) ?? own;
    classes.set(key, known);
    return known;
  };
  const known = new Map<string, readonly SortClass[]>();
  return (server) => {
    const { told, isExporting } = sights.of(server);
    const key = JSON.stringify([
      server.port,
      isExporting,
      [...told].filter((place) => places.has(place)).sort(),
      [...new Set([server.service, server.target])].map(sights.hiding.keyOf),
      [...server.networks],
      [server.service, server.target].some((one) => sights.undiscovered.has(namespaceOf(one))),
      [...redirected.values()].map((one) => passing(one, server.target, server.port, server.endpoints)),
      sights.referring.isAny(server) ? nameOf(server.service) : '',
      guardsKey(server),
    ]);
    const found =
      known.get(key) ?? [...Map.groupBy(sorts, (sort) => classKey(sights, server, sort)).values()].map(shared);
    known.set(key, found);
    return found;
  };
}

/** Returns the same text for sorts that a server cannot tell apart. */
function classKey(sights: Sights, server: Server, sort: Sort): string {
  const { workload, network, doubts } = sort;
  const doubtful = doubts.length === 0 ? '' : JSON.stringify(doubts);
  if (!hasSidecar(workload)) return `bare ${doubtful}`;
  const { key } = sightOf({ server, sort, ...sights.of(server) }, sights);
  // What is said of these has their name in it.
  const { networks } = server;
  const isAway = networks.size > 1 || (networks.size === 1 && !networks.has(network));
  const name = isAway || workload.redirection !== undefined ? workloadName(workload) : '';
  const refers = sights.referring.isAny(server) ? workload.namespace : '';
  return `${key} ${name} ${refers} ${doubtful}`;
}

/** Returns how to get the clients of classes of sorts. */
export function clientSets(clients: readonly Client[]): (classes: readonly SortClass[]) => ClientSet {
  const bySort = Map.groupBy(clients, ({ sort }) => sort);
  const places = new Map([...bySort.keys()].map((sort, place) => [sort, place]));
  const ids = new Map<SortClass, number>();
  const idOf = (one: SortClass): number => {
    const id = ids.get(one) ?? ids.size;
    ids.set(one, id);
    return id;
  };
  const sets = new Map<string, ClientSet>();
  return (classes) => {
    const key = classes.map(idOf).join();
    const known = sets.get(key);
    if (known !== undefined) return known;
    const sorts = classes.flat().sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
    const set = { sorts, classes, clients: sorts.flatMap((sort) => bySort.get(sort) ?? []) };
    sets.set(key, set);
    return set;
  };
}

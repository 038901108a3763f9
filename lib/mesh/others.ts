import { type Power, powers } from '../kinds/index.ts';
import type { KubeObject } from '../model/index.ts';
import { InconclusiveError, messageOf, UsageError } from '../platform/errors.ts';
import { type Kube, lookAll, servedVersion } from '../platform/kube/index.ts';
import { foreignAmong, type OthersNow, trimmed } from '../verdict/index.ts';
import type { ObjectsByKind } from './watching.ts';

/** Objects on the cluster of the kinds that the model ignores. */
export interface Others extends OthersNow {
  /** All objects of each kind that was read, the run's own included. */
  listed: ObjectsByKind;
}

/** Where to look, and what of it the run has applied. */
interface LookedAt {
  readonly kube: Kube;
  readonly mesh: { applied: KubeObject[] };
}

/** Returns the objects by others of the kinds that the model ignores. A kind that is not served has no objects. */
export async function lookAtOthers({ kube, mesh }: LookedAt): Promise<Others> {
  const found = await Promise.all(powers.map((power) => allOf(kube, power)));
  const objects = found.flatMap((read) => read.objects);
  return {
    objects: foreignAmong(objects, mesh.applied).map(trimmed),
    unread: found.flatMap(({ unread }) => (unread === undefined ? [] : [unread])),
    listed: new Map(found.flatMap(({ kind, objects, unread }) => (unread === undefined ? [[kind, objects]] : []))),
  };
}

/** The objects of a kind, or why they could not be read. */
interface Read {
  kind: string;
  objects: KubeObject[];
  unread?: string;
}

async function allOf(kube: Kube, { group, kind, resource }: Power): Promise<Read> {
  const apiVersion = servedVersion(kube.served, { group, kind });
  if (apiVersion === undefined) return { kind, objects: [] };
  try {
    return { kind, objects: await lookAll(kube, { apiVersion, kind, resource }) };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InconclusiveError)) throw error;
    return { kind, objects: [], unread: messageOf(error) };
  }
}

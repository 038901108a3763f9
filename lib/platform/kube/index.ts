// What others use of this room.

export { connect, type Kube } from './connection/connect.ts';
export { outputOf } from './connection/output.ts';
export { raw } from './connection/raw.ts';
export { ConflictError } from './connection/refusal.ts';
export { openSession, type Session } from './connection/session.ts';
export { isServed, keyOf, type ServedVersions, servedVersion } from './kinds.ts';
export { holderOf, isHeld, keepRenewing, type Lease, leaseOf, readLease, takeOver } from './lease.ts';
export { logOf } from './logs.ts';
export { look, lookAll } from './look.ts';
export { apply, create, deleteByUid, list, mergePatch, read, remove } from './objects.ts';
export {
  KEEP_LABEL,
  MANAGER,
  owned,
  RECORD,
  RUN_LABEL,
  RUN_LEASE,
  recordedOf,
  recordText,
  runOf,
} from './ownership.ts';
export { listByPages } from './pages.ts';
export { purge } from './purge.ts';
export { assertPermissions, type Right, wordsOf } from './rights.ts';
export { type ObjectWatch, type Watchable, watchObjects } from './watch.ts';

import type { PreparedRun } from '../mesh/index.ts';
import { messageOf } from '../platform/errors.ts';
import type { OnProgress } from '../platform/progress.ts';
import { sweepCommand } from '../platform/shell.ts';
import { awaitGone, leftWords, unrecordedOf } from './sweep.ts';

/**
 * Undoes what the `cleanup` suite did not, because the run did not reach it. Returns a sentence for each failure and
 * each thing that is left.
 */
export async function tearDown(
  run: PreparedRun,
  { onProgress, keep }: { onProgress: OnProgress; keep: boolean },
): Promise<string[]> {
  const names = Object.values(run.namespaces).join(', ');
  const detail = keep
    ? `${names} stay until ${sweepCommand(run.kube)}`
    : `making sure that nothing of run ${run.id} is left`;
  onProgress({ phase: keep ? 'kept' : 'teardown', detail });
  const failures = await run.cleanup.unwind();
  if (keep) return failures;
  const left = await stillThere(run).catch((error: unknown) => [`what is left is not known, ${messageOf(error)}`]);
  return [...failures, ...left];
}

async function stillThere(run: PreparedRun): Promise<string[]> {
  const left = await awaitGone(run.kube, run.mesh.ownNamespaces, run.limits.goneMs);
  const { doubtful } = await unrecordedOf(run);
  return [
    ...left.map((object) => `still there: ${leftWords(object)}; try ${sweepCommand(run.kube)}`),
    ...doubtful.map((name) => `still there: ${name}, which may be the run's: delete it by hand`),
  ];
}

import type { Learned, Run } from '../../mesh/index.ts';
import { logicalNames } from '../../model/index.ts';
import { UsageError } from '../../platform/errors.ts';
import { diagnose } from '../../results/diagnosis/index.ts';
import { type AskResult, type CellResult, packed, RECORD } from '../../results/index.ts';
import { reproductionOf, scriptOf } from '../../results/repro/index.ts';
import type { FailedStep, OnFailure } from '../../run/index.ts';
import { idOf, namedTraffic, type Traffic, topologyOfSuite } from '../../scenario/index.ts';
import { FORGED, observationWords, type RunRecord, type Seen } from '../../verdict/index.ts';

/** The most scripts, and the most pairs that are diagnosed, of one run: the first ones that fail. */
const [SCRIPTS, DIAGNOSES] = [10, 5];

/** Files to write beside the results, by their paths there. */
export type Attachments = Map<string, string | Uint8Array>;

/** A cell's result with its traffic and its name in reports. */
interface AskedCell {
  cell: CellResult;
  traffic: Traffic;
  name: string;
}

/**
 * Returns a collector of files about failed cells: a script that reproduces each, and a diagnosis of what the mesh was
 * at that time.
 * @param diagnosed how a pair is diagnosed; it must not throw
 */
export function attachmentsOf(diagnosed: typeof diagnose = diagnose): { files: Attachments; onFailure: OnFailure } {
  const files: Attachments = new Map();
  const count = { scripts: 0, diagnoses: 0 };
  const names = new Set<string>();

  const withFiles = async (run: Run, learned: Learned, failed: FailedStep, asked: AskedCell): Promise<CellResult> => {
    const { step, suite } = failed;
    const { cell, traffic, name: pair } = asked;
    if (cell.verdict !== 'fail') return cell;
    const name = unused(names, fileName(suite.name, step.title, pair));
    const kept = { ...cell };
    const script = count.scripts < SCRIPTS ? scriptFor(run, learned, failed, { cell, traffic }) : undefined;
    if (script !== undefined) {
      count.scripts += 1;
      kept.script = `repro/${name}.sh`;
      files.set(kept.script, script);
    }
    if (count.diagnoses < DIAGNOSES && !run.signal.aborted) {
      count.diagnoses += 1;
      kept.diagnosis = `diagnosis/${name}`;
      for (const [file, text] of await diagnosed(run, traffic)) files.set(`${kept.diagnosis}/${file}`, text);
    }
    return kept;
  };

  return {
    files,
    onFailure: async (run, learned, failed) => {
      const cells: CellResult[] = [];
      const asked = namedTraffic(failed.step.traffic).map((pair, at): AskedCell => {
        return { ...pair, cell: failed.result.cells[at] as CellResult };
      });
      // One after the other, since each has its own time.
      for (const cell of asked) cells.push(await withFiles(run, learned, failed, cell));
      return { ...failed.result, cells } satisfies AskResult;
    },
  };
}

/** Returns the script for a cell of a run; undefined if none can do what the step did. */
function scriptFor(
  run: Run,
  { foreign }: Learned,
  { suite, step }: FailedStep,
  { cell, traffic }: { cell: CellResult; traffic: Traffic },
): string | undefined {
  const forge = cell.seen.some(({ observation }) => observation.kind === 'mtls' && observation.identity === FORGED);
  const mesh = { istio: run.istio, served: run.kube.served, foreign };
  try {
    const reproduction = reproductionOf({ topology: topologyOfSuite(suite), step, traffic, forge }, mesh);
    const observed = logicalNames(observedIn(cell.seen), run.namespaces);
    const subject = { suite: suite.name, step: step.title, pair: idOf(traffic), observed };
    return scriptOf(subject, reproduction);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function observedIn(seen: Seen[]): string {
  return seen.map(({ count, observation }) => `${count} × ${observationWords(observation)}`).join(', ') || 'nothing';
}

/** The most characters of a file's name, so that a path has room on every system. */
const LENGTH = 120;

function fileName(suite: string, step: string, pair: string): string {
  const words = [suite, step, pair.replace(' → ', ' to ')].map((text) => text.replaceAll(/[^\w.]+/g, '-'));
  return words.join('--').slice(0, LENGTH);
}

function unused(names: Set<string>, name: string): string {
  let free = name;
  for (let at = 2; names.has(free); at += 1) free = `${name}-${at}`;
  names.add(free);
  return free;
}

/** Returns the files with the record of the run, by which it can be judged again. */
export function withRecord(files: Attachments, record: RunRecord): Attachments {
  return new Map([...files, [RECORD, packed(record)]]);
}

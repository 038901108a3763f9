import { RECORD, type Results, recordsFrom, resultsFrom, runFile } from '../results/index.ts';
import type { RunRecord } from '../verdict/index.ts';

/**
 * Reads the results of a run.
 * @param path results.json, or the folder that has it, such as results/latest
 * @throws UsageError if it cannot be read, is not valid, or has another version
 */
export async function readResults(path: string): Promise<Results> {
  return resultsFrom((await runFile(path, '.')).toString('utf8'), path);
}

/**
 * Reads the record of a run, or of several, from which `judgedAgain` makes the verdicts again.
 * @param path record.json.br, or the folder that has it, such as results/latest
 * @throws UsageError if it cannot be read, is not valid, or has another version
 */
export async function readRecords(path: string): Promise<RunRecord[]> {
  return recordsFrom(await runFile(path, '.', RECORD), path);
}

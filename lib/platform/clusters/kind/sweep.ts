import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { execa } from 'execa';
import { messageOf } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import { isOrphan } from '../name.ts';
import { remove } from './node.ts';
import { kindThere } from './program.ts';

/**
 * Deletes the kind clusters that killed processes of this project left on this machine.
 * @returns a sentence for each
 */
export async function sweepKind(): Promise<string[]> {
  const program = await kindThere();
  if (program === undefined) return [];
  const listed = await execa(program, ['get', 'clusters', '--quiet'], {
    reject: false,
    timeout: defaultLimits.programMs,
  });
  if (listed.failed) return [];
  const names = new Set([...listed.stdout.split('\n'), ...(await readdir(tmpdir()))]);
  return Promise.all(
    [...names].filter(isOrphan).map(async (name) => {
      try {
        await remove({ program, name });
        return `the kind cluster ${name}, whose process is gone, is deleted`;
      } catch (error) {
        return messageOf(error);
      }
    }),
  );
}

import { execa } from 'execa';
import { UsageError } from '../../errors.ts';

/** A Docker engine, as far as this project looks at it. */
export interface Engine {
  /** Such as linux/amd64. */
  platform: string;
  /** The version of the API that client and engine agree on. */
  api: string;
}

/**
 * Looks for a Docker engine.
 * @throws UsageError that says how to do without one
 */
export async function assertEngine(): Promise<Engine> {
  const format = '{{.Client.APIVersion}} {{.Server.Os}}/{{.Server.Arch}}';
  const { failed, stdout, stderr, code } = await execa('docker', ['version', '--format', format], {
    reject: false,
    timeout: 10_000,
  });
  if (failed) {
    const said = code === 'ENOENT' ? 'there is no docker on the PATH' : `docker said: ${stderr || 'nothing in 10 s'}`;
    throw new UsageError(`A kind cluster needs a running Docker engine (${said}): start one, or use --cluster native.`);
  }
  const [api = '', platform = ''] = stdout.split(' ');
  return { api, platform };
}

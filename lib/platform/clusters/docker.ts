import { execa } from 'execa';
import { UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';

/** What this project needs to know about a Docker engine. */
export interface Engine {
  /** Such as linux/amd64. */
  platform: string;
  /** The version of the API that client and engine agree on. */
  api: string;
}

/** Returns whether a Docker engine answers in time. */
export async function engineAnswers(): Promise<boolean> {
  const { failed } = await askEngine('{{.Server.Version}}');
  return !failed;
}

/**
 * Returns the Docker engine.
 * @param provider the provider that needs it, for the message
 * @throws UsageError if no engine answers; the message names an alternative
 */
export async function assertEngine(provider: string): Promise<Engine> {
  const format = '{{.Client.APIVersion}} {{.Server.Os}}/{{.Server.Arch}}';
  const { failed, stdout, stderr, code } = await askEngine(format);
  if (failed) {
    const silence = `nothing in ${defaultLimits.programMs / 1000} s`;
    const said = code === 'ENOENT' ? 'there is no docker on the PATH' : `docker said: ${stderr || silence}`;
    throw new UsageError(
      `A ${provider} cluster needs a running Docker engine (${said}): start one, or use --cluster native.`,
    );
  }
  const [api = '', platform = ''] = stdout.split(' ');
  return { api, platform };
}

/** Docker is often installed without a running engine. Then the command fails if the format names a `.Server` field. */
function askEngine(format: string) {
  return execa('docker', ['version', '--format', format], { reject: false, timeout: defaultLimits.programMs });
}

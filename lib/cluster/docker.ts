import { execa } from 'execa';
import { UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';

/** A Docker engine, as far as this project looks at it. */
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
 * Looks for a Docker engine.
 * @param provider what needs it, for the message
 * @throws UsageError that says how to do without one
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

/** A client without an engine is common; only the engine's own answer counts. */
function askEngine(format: string) {
  return execa('docker', ['version', '--format', format], { reject: false, timeout: defaultLimits.programMs });
}

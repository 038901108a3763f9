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
 * Looks for kind and a Docker engine.
 * @throws UsageError that says how to get what is missing
 */
export async function demandTools(): Promise<Engine> {
  const [engine] = await Promise.all([demandEngine(), demandKind()]);
  return engine;
}

async function demandKind(): Promise<void> {
  const { failed, stdout } = await execa('kind', ['version', '--quiet'], { reject: false });
  const minor = /^0\.(\d+)/.exec(stdout ?? '')?.[1];
  if (failed || (minor !== undefined && Number(minor) < 33)) {
    throw new UsageError(
      `A cluster of kind needs kind 0.33 or later, and ${failed ? 'there is none on the PATH' : `this is ${stdout}`}: go install sigs.k8s.io/kind@v0.33.0, or see https://kind.sigs.k8s.io/docs/user/quick-start/#installation.`,
    );
  }
}

async function demandEngine(): Promise<Engine> {
  const format = '{{.Client.APIVersion}} {{.Server.Os}}/{{.Server.Arch}}';
  const { failed, stdout, stderr, code } = await execa('docker', ['version', '--format', format], {
    reject: false,
    timeout: 10_000,
  });
  if (failed) {
    const said = code === 'ENOENT' ? 'there is no docker on the PATH' : `docker said: ${stderr || 'nothing in 10 s'}`;
    throw new UsageError(
      `A cluster of kind needs a Docker engine that answers (${said}): start one, or use --cluster native.`,
    );
  }
  const [api = '', platform = ''] = stdout.split(' ');
  return { api, platform };
}

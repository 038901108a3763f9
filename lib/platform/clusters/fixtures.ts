import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { copyOfProject, write } from '../../test/live/project.ts';
import { cacheDirectory, cacheKey } from '../builds/cache.ts';
import { releaseFor, tarballOf } from '../istio/releases.ts';

// Programs that a provider calls, as doubles that note how they are called.

/** Returns a copy of the project whose `npm test` finds no programs but doubles; whoever made it removes `project`. */
export async function projectWithDoubles() {
  const project = await copyOfProject();
  const [doubles, temporary] = [join(project, 'doubles'), join(project, 'temporary')];
  await Promise.all([doubles, temporary].map((folder) => mkdir(folder)));
  const env = { HOME: project, XDG_CACHE_HOME: join(project, 'cache'), TMPDIR: temporary, PATH: doubles };
  const callsIn = (name: string) => join(project, `${name}.calls`);
  /** Makes a double, which writes down its arguments and then runs a script of the shell; forgets earlier calls. */
  async function double(name: string, script: string): Promise<void> {
    await rm(callsIn(name), { force: true });
    await write(project, `doubles/${name}`, `#!/bin/sh\necho "$@" >> '${callsIn(name)}'\n${script}\n`);
    await chmod(join(doubles, name), 0o755);
  }

  return {
    project,
    /** The folder of temporary files. */
    temporary,

    double,

    /** Returns the arguments of each call of a double. */
    async callsOf(name: string): Promise<string[]> {
      return (await readFile(callsIn(name), 'utf8')).trim().split('\n');
    },

    /** Puts an istioctl of a release where its download would be kept. */
    async keepIstioctl(istio: string, script: string): Promise<void> {
      const release = releaseFor(istio);
      const { version } = release;
      const url = `https://github.com/istio/istio/releases/download/${version}/${tarballOf(release, process)}`;
      const folder = join(cacheDirectory(env), `istio-${version}-${cacheKey([url])}`);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'istioctl'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      // On Linux, it is started through setpriv.
      await double('setpriv', 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"');
    },

    /** Runs a command in the copy. */
    run(...command: string[]) {
      const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
      const options = { cwd: project, env: { ...env, GITHUB_ACTIONS: '' }, reject: false, all: true } as const;
      return execa(process.execPath, [...flags, 'lib/cli.ts', ...command], options);
    },
  };
}

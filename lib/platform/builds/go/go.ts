import { execa } from 'execa';
import { UsageError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { GoProgress } from './go-progress.ts';
import { execaInNamespaces } from './kill-with-parent.ts';

/** Programs to build from one Go module. */
export interface GoBuild {
  /** The name in progress and errors. */
  name: string;
  /** Directory of the go.mod. */
  module: string;
  /** Main packages; each becomes a program named by the last element of its path. */
  packages: string[];
  /** Variables set by the linker, such as versions. */
  variables: Record<string, string>;
}

/**
 * Only the standard library is optimised, in which the programs spend most of their time: optimising the rest would double
 * the build time. Without paths of this machine.
 */
const compilerFlags = ['-gcflags=all=-N -l', '-gcflags=std=', '-trimpath'];

/** Old modules link to internals of Go's runtime, which the current linker forbids without this flag. */
const linkerFlags = '-s -w -checklinkname=0';

/** What the go command is told, whatever the user's own settings are. */
export const goEnv = { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };

/** Returns what the result depends on, apart from the module's own files. */
export async function goIngredients({
  packages,
  variables,
}: Pick<GoBuild, 'packages' | 'variables'>): Promise<string[]> {
  return [await goVersion(), ...compilerFlags, linkerFlags, ...packages, JSON.stringify(variables)];
}

/** Builds the programs and writes them to a directory. */
export function goBuild(
  build: GoBuild,
  directory: string,
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<void> {
  return compile(build, { output: ['-o', `${directory}/`] }, options);
}

/** Without an output, the packages are only compiled, into Go's cache. */
async function compile(
  { name, module, packages, variables }: GoBuild,
  { tags = [], output = [] }: { tags?: string[]; output?: string[] },
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal },
): Promise<void> {
  const options = { cwd: module, env: goEnv, cancelSignal: signal } as const;
  onProgress({ phase: name, detail: 'listing its packages' });
  const listing = execaInNamespaces('go', ['list', '-deps', ...tags, ...packages], { ...options });
  forEachLine(listing.stderr, (line) => {
    const progress = new GoProgress(name, 0, 0).line(line, 0);
    if (progress?.detail) onProgress(progress);
  });
  const listed = await listing.catch(failing(name, signal));
  const total = listed.stdout.split('\n').length;

  const progress = new GoProgress(name, total, Date.now());
  const values = Object.entries(variables).map(([variable, value]) => `-X ${variable}=${value}`);
  const flags = [...compilerFlags, `-ldflags=${linkerFlags} ${values.join(' ')}`];
  const build = execaInNamespaces('go', ['build', '-v', ...tags, ...flags, ...output, ...packages], { ...options });
  forEachLine(build.stderr, (line) => {
    const seen = progress.line(line, Date.now());
    if (seen) onProgress(seen);
  });
  await build.catch(failing(name, signal));
  onProgress({ phase: name, done: total, total });
}

/** The tests of one package of a Go module. */
export interface GoTest extends Pick<GoBuild, 'name' | 'module'> {
  package: string;
  /** The build tag of its files. */
  tag: string;
}

/**
 * Compiles the tests of a package to a program.
 * @param program the program's path
 * @throws UsageError if they do not compile
 */
export async function goTest(
  { name, module, package: tested, tag }: GoTest,
  program: string,
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal },
): Promise<void> {
  const tags = ['-tags', tag];
  const run = (...args: string[]) =>
    execaInNamespaces('go', args, { cwd: module, env: goEnv, cancelSignal: signal }).catch(failing(name, signal));
  // `go test` tells nothing of its progress, so what the tests import is compiled before.
  const { stdout } = await run('list', ...tags, '-f', '{{range .TestImports}}{{println .}}{{end}}', tested);
  const packages = stdout.split('\n').filter(Boolean);
  await compile({ name, module, packages, variables: {} }, { tags }, { onProgress, signal });
  onProgress({ phase: name, detail: 'linking' });
  await run('test', '-c', '-vet=off', ...tags, ...compilerFlags, `-ldflags=${linkerFlags}`, '-o', program, tested);
}

/**
 * Returns an error handler that turns an error of the go command into a readable one.
 * @param name what is being built
 */
export function failing(name: string, signal: AbortSignal): (error: unknown) => never {
  return (error) => {
    signal.throwIfAborted();
    const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string };
    const said = (stderr || stdout || message).trimEnd().split('\n').slice(-8).join('\n');
    throw new UsageError(
      `${name} could not be built. Output of go:\n${said}\nIf a module was not found, check that the proxy in \`go env GOPROXY\` works.`,
    );
  };
}

async function goVersion(): Promise<string> {
  const result = await execa('go', ['env', 'GOVERSION', 'GOARCH'], { env: goEnv, reject: false });
  if (result.failed)
    throw new UsageError('Building the native cluster needs Go 1.26 or later: install it from go.dev/dl.');
  return result.stdout;
}

function forEachLine(stream: NodeJS.ReadableStream, see: (line: string) => void): void {
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) see(line);
  });
}

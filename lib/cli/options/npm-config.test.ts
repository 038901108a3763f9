import { createRequire } from 'node:module';
import { execa } from 'execa';
import { contextWith } from '../fixtures.ts';
import { notScripts, programOf } from '../main.ts';
import { optionsOf } from './npm-took.ts';

// npm takes options of its own without a trace, even if they are meant for a script: `npm run prove --only x` would break
// a mesh in every way. So no option of this program may be one of npm's, as the npm of this machine reads them; .ci/nodes
// asks other npms.

/** Returns what says whether npm takes an option: as one of its own, as an abbreviation, or as several short ones. */
async function npmsTaste(): Promise<(name: string, valued: boolean) => boolean> {
  const { stdout } = await execa('npm', ['exec', '--call', 'echo "$npm_execpath"']);
  const require = createRequire(stdout.trim());
  const { definitions, shorthands } = require('@npmcli/config/lib/definitions/index.js');
  const nopt = require('nopt');
  const known = Object.entries<{ type: unknown }>(definitions);
  const types = Object.fromEntries(known.map(([name, { type }]) => [name, type]));
  return (name, valued) => {
    const { argv, ...read } = nopt(types, shorthands, [`--${name}${valued ? '=x' : ''}`], 0);
    return name in types || Object.keys(read).join() !== name;
  };
}

test('npm takes no option of any command', async () => {
  const takes = await npmsTaste();
  // What it took of an earlier version of this program: `--format` is the beginning of another, `--plan` is -p -l -a -n.
  expect(['only', 'json', 'format', 'plan'].filter((name) => !takes(name, name !== 'json'))).toEqual([]);
  const program = await programOf(undefined, contextWith([]).context, { end: () => {}, onUsage: () => {} });
  const scripts = program.commands.filter((command) => !notScripts.includes(command.name()));
  const options = scripts.flatMap(optionsOf);
  expect(options.length).toBeGreaterThan(30);
  expect(options.filter(({ name, valued }) => takes(name, valued))).toEqual([]);
});

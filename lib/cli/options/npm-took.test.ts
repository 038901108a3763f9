import { readFile } from 'node:fs/promises';
import { UsageError } from '../../platform/errors.ts';
import { contextWith } from '../fixtures.ts';
import { notScripts, programOf } from '../main.ts';
import { assertNpmTookNothing } from './npm-took.ts';

// The variables are those that npm 10 and 11 export; .ci/nodes asks them.

const program = await programOf(undefined, contextWith([]).context, { end: () => {}, onUsage: () => {} });

/** Returns the sentence about a script whose flags npm took; undefined if there is none. */
function saidOf(script: string, args: string[], config: Record<string, string>): string | undefined {
  const variables = Object.entries(config).map(([name, value]) => [`npm_config_${name}`, value]);
  try {
    assertNpmTookNothing(program, [script, ...args], {
      npm_lifecycle_event: script,
      ...Object.fromEntries(variables),
    });
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  return undefined;
}

test.each<[string, string, string[], Record<string, string>, string]>([
  ['npm test --suite=strict', 'test', [], { suite: 'strict' }, 'npm test -- --suite strict'],
  ['npm test --suite strict', 'test', ['strict'], { suite: 'true' }, 'npm test -- --suite strict'],
  ['npm test --keep', 'test', [], { keep: 'true' }, 'npm test -- --keep'],
  ['npm run prove --list', 'prove', [], { list: 'true' }, 'npm run prove -- --list'],
  [
    'npm test --suite=strict --kubeconfig=/my file',
    'test',
    [],
    { suite: 'strict', kubeconfig: '/my file' },
    "npm test -- --kubeconfig '/my file' --suite strict",
  ],
  ['npm test --suite a --suite b', 'test', ['a', 'b'], { suite: 'true\ntrue' }, 'npm test -- --suite a --suite b'],
  ['npm test --suite=a --suite=b', 'test', [], { suite: 'a\nb' }, 'npm test -- --suite a --suite b'],
  // Which value belongs to which flag cannot be known, since npm exports no order.
  [
    'npm test --cell a:b --suite strict',
    'test',
    ['a:b', 'strict'],
    { suite: 'true', cell: 'true' },
    'npm test -- a:b strict --suite VALUE --cell VALUE',
  ],
  ['npm test --context=', 'test', [], { context: '' }, "npm test -- --context ''"],
  ['npm run fuzz --mesh-wide', 'fuzz', [], { mesh_wide: 'true' }, 'npm run fuzz -- --mesh-wide'],
  ['npm run prove --shard 1/2', 'prove', ['1/2'], { shard: 'true' }, 'npm run prove -- --shard 1/2'],
  ['npm run bench --kind-image=x', 'bench', [], { kind_image: 'x' }, 'npm run bench -- --kind-image x'],
  ['npm run transitions --times=3', 'transitions', [], { times: '3' }, 'npm run transitions -- --times 3'],
  ['npm run cluster up --istio=1.20', 'cluster', ['up'], { istio: '1.20' }, 'npm run cluster -- up --istio 1.20'],
  [
    'npm run report show results/latest --print=html',
    'report',
    ['show', 'results/latest'],
    { print: 'html' },
    'npm run report -- show results/latest --print html',
  ],
  [
    'npm run nightly local --releases=1.20',
    'nightly',
    ['local'],
    { releases: '1.20' },
    'npm run nightly -- local --releases 1.20',
  ],
])('%s is refused, and the sentence has the command as it must be written', (_, script, args, config, written) => {
  expect(saidOf(script, args, config)).toMatch(/^npm took --[a-z]+/);
  expect(saidOf(script, args, config)).toContain(`write \`${written}\``);
});

test('what npm exports by itself, by its user’s settings or for another script, is nobody’s mistake', () => {
  const usual = {
    user_agent: 'npm/11',
    prefix: '/usr',
    cache: '/home/user/.npm',
    loglevel: 'silent',
    yes: '',
    audit: '',
  };
  expect(saidOf('test', ['--suite', 'strict'], usual)).toBeUndefined();
  expect(saidOf('test', [], { ...usual, json: 'true', list: '' })).toBeUndefined();
  expect(() =>
    assertNpmTookNothing(program, ['test'], { npm_lifecycle_event: 'live', npm_config_suite: 'strict' }),
  ).not.toThrow();
  expect(() => assertNpmTookNothing(program, ['test'], {})).not.toThrow();
});

test('every command is a script of npm, but for those that say so', async () => {
  const { scripts } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
  const names = program.commands.map((command) => command.name()).filter((name) => !notScripts.includes(name));
  expect(names).toContain('test');
  expect(names.map((name) => scripts[name])).toEqual(names.map((name) => `exec lib/automtls.sh ${name}`));
});

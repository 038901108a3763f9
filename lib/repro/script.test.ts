import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { execaSync } from 'execa';
import { idOf } from '../run/traffic.ts';
import { pairsOn, reproductionIn } from './fixtures.ts';
import { manifest } from './manifest.ts';
import { ID, type Reproduction } from './reproduction.ts';
import { scriptOf } from './script.ts';

// It starts many programs, one after the other.
jest.setTimeout(20_000);

const strict = reproductionIn('strict', 'STRICT on httpbin.full', 'sleep.legacy → http://httpbin.full:8000');
const subject = { suite: 'strict', step: 'STRICT on httpbin.full', pair: 'sleep.legacy → http://httpbin.full:8000' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'automtls-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('it says what it is about, what is expected and why, and how it is run', () => {
  const lines = scriptOf({ ...subject, observed: '90 × 200 in plain text' }, strict).split('\n');
  expect(lines.slice(0, 2)).toEqual(['#!/bin/sh', '# sleep.legacy → http://httpbin.full:8000']);
  expect(lines).toContain('# expected: 000 with curl exit 56');
  expect(lines).toContain('# observed by the run: 90 × 200 in plain text');
  expect(lines.some((line) => line.startsWith('#   because PeerAuthentication full/httpbin'))).toBe(true);
});

test('in its objects the shell expands its own id, and nothing else', () => {
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `a-${ID}` }, data: { x: '$HOME `id` \\' } };
  const yaml = manifest([config as never]);
  const { stdout } = execaSync('sh', ['-c', `id=1; cat <<EOF\n${yaml}EOF`]);
  expect(stdout).toBe('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a-1\ndata:\n  x: $HOME `id` \\');
});

const httpbin = (identity?: string) =>
  JSON.stringify(
    {
      headers: {
        Host: ['httpbin.full:8000'],
        ...(identity && { 'X-Forwarded-Client-Cert': [`By=spiffe://a/b;Hash=1;Subject="";URI=${identity}`] }),
      },
    },
    null,
    2,
  );
const echo = (identity?: string) =>
  `Hostname=echo-1\nRequestHeader=${identity ? `X-Forwarded-Client-Cert:By=spiffe://a/b;Hash=1;Subject="";URI=${identity}` : 'A:b'}\r\n`;
const me = 'spiffe://cluster.local/ns/full-1/sa/sleep';

/** Returns what curl prints of an answer. */
const answer = (body: string, said: string): string => `${body}\nanswer ${said}`;
const plain = answer(httpbin(), '200, curl exit 0');
const reset = answer('', '000, curl exit 56');

/**
 * Runs a script with a kubectl that runs what it executes in a pod here, with a curl that gives these answers in turn.
 * Returns its end, and how kubectl was called.
 */
function run(
  reproduction: Reproduction,
  answers: string[],
  observed?: string,
): { code: number | undefined; stdout: string; stderr: string; calls: string[] } {
  const [log, count] = [join(folder, 'log'), join(folder, 'count')];
  writeFileSync(log, '');
  writeFileSync(count, '0');
  const kubectl = `#!/bin/sh
echo "$*" >>${log}
case " $* " in
  *" create "*) cat >/dev/null ;;
  *" pilot-agent "*) echo "listener.0.0.0.0_15006.ssl.handshake: $(cat ${count})" ;;
  *" exec "*)
    while [ "$1" != -- ]; do shift; done
    shift
    exec "$@" ;;
esac
`;
  const curl = `#!/bin/sh
n=$(cat ${count})
echo $((n + 1)) >${count}
cat ${folder}/answer$((n % ${answers.length}))
`;
  for (const [name, text] of Object.entries({ kubectl, curl }))
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  for (const [index, text] of answers.entries()) writeFileSync(join(folder, `answer${index}`), text);
  const script = scriptOf({ ...subject, ...(observed !== undefined && { observed }) }, reproduction)
    .replace('id=repro-$(date +%s)-$$', 'id=1')
    .replace('sleep 20', ':');
  const { exitCode, stdout, stderr } = execaSync('sh', ['-s', '--', '--context', 'my mesh'], {
    input: script,
    reject: false,
    // The order of its lines is that of the locale.
    env: { PATH: `${folder}:${process.env['PATH']}`, LC_ALL: 'C' },
  });
  return { code: exitCode, stdout, stderr, calls: readFileSync(log, 'utf8').trim().split('\n') };
}

/** Returns the lines of a script's output that count answers, without the spaces before. */
const counted = (stdout: string): string[] =>
  stdout.split('\n').flatMap((line) => /^ +(\d+ .*)$/.exec(line)?.[1] ?? []);

test('it prints what is expected and how often each answer came, with five commands that have the options it was given', () => {
  const { code, stdout, calls } = run(strict, [reset]);
  expect(
    stdout
      .replaceAll(/ +(?=\d)/g, ' ')
      .split('\n')
      .slice(0, 3),
  ).toEqual(['expected: 000 with curl exit 56', 'observed now:', ' 90 000, curl exit 56, no X-Forwarded-Client-Cert']);
  expect(code).toBe(0);
  expect(calls.map((call) => call.replace('--context my mesh ', '').split(' ')[0])).toEqual([
    ...['create', 'wait', 'create', 'exec', 'delete'],
  ]);
  expect(calls.every((call) => call.startsWith('--context my mesh '))).toBe(true);
  expect(calls.at(-1)).toContain('delete namespace -l automtls.dev/repro=1');
});

test('it judges nothing: whatever came, it ends with 0, and all is removed', () => {
  const { code, stdout, calls } = run(strict, [...Array<string>(89).fill(reset), answer('', '503, curl exit 0')]);
  expect(counted(stdout)).toEqual([
    '89 000, curl exit 56, no X-Forwarded-Client-Cert',
    '1 503, curl exit 0, no X-Forwarded-Client-Cert',
  ]);
  expect(code).toBe(0);
  expect(calls.at(-1)).toContain('delete namespace');
});

test('what the run observed is said, too, and what servers said of it is no command', () => {
  const said = '1 × 200\r\n$(touch "$0"); `exit 5` \\';
  const { stdout } = run(strict, [reset], said);
  expect(stdout).toContain('\nobserved by the run: 1 × 200 $(touch "$0"); `exit 5` \\\n');
  expect(scriptOf({ ...subject, observed: '200\r\nrm -r /tmp/x\u2028rm' }, strict)).toContain(
    '# observed by the run: 200 rm -r /tmp/x rm\n',
  );
});

test('of each answer it prints what curl says and, if there is one, the SPIFFE ID', () => {
  const identified = `X-Forwarded-Client-Cert of ${me}`;
  const none = 'no X-Forwarded-Client-Cert';
  const bodies = [
    { body: httpbin(me), identity: identified },
    { body: echo(me), identity: identified },
    { body: `\u0001\u0005${echo(me)}`, identity: identified },
    { body: httpbin(), identity: none },
    { body: echo(), identity: none },
    { body: 'answer 503, curl exit 7', identity: none },
    { body: 'URI=spiffe://a/$(exit)\u001b[2J', identity: 'X-Forwarded-Client-Cert of spiffe://a/' },
  ];
  // The exit code tells them apart, and the identity of one is not taken for that of the next.
  const answers = bodies.map(({ body }, index) => answer(body, `200, curl exit ${index}`));
  const lines = bodies.map(({ identity }, index) => `200, curl exit ${index}, ${identity}`);
  const seen = counted(run(strict, answers).stdout).map((line) => line.replace(/^1[23] /, ''));
  expect(seen).toEqual(lines);
});

test('where no answer shows mutual TLS, it prints how many handshakes the sidecars counted before and after', () => {
  const tcp = reproductionIn('protocols', 'STRICT', 'sleep.meshed → tcp://echo.mixed:90');
  const { code, stdout } = run(tcp, [plain]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/before:\n.*ssl\.handshake: 0\nafter:\n.*ssl\.handshake: 90\n/);
});

test.each([
  ['the shell in the pod is killed', 'kill $$'],
  ['its output is lost', 'true); exit 0; : $(true'],
])('fewer answers than requests, since %s: 2, since it could not be asked', (_, command) => {
  const { code, stdout, stderr } = run({ ...strict, curl: { command } }, [reset]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Not all of 90 requests could be made.');
});

test('objects of the whole mesh take consent, and are removed by kind, place and label', () => {
  const wide = reproductionIn('rules-mesh-wide', 'mesh-strict', 'sleep.rules-legacy → http://httpbin.rules-full:8000');
  const script = scriptOf(subject, wide);
  expect(script).toMatch(/kubectl "\$@" delete \w+\.security\.istio\.io -n istio-system -l "\$label"/);
  const { code, calls } = run(wide, [reset]);
  expect({ code, calls }).toEqual({ code: 2, calls: [''] });
});

test('every step makes a script that a shell can read', () => {
  const first = pairsOn('1.31').filter((one, at, all) => all.findIndex(({ step }) => step === one.step) === at);
  const scripts = first.flatMap(({ suite, step, traffic }) => {
    const reproduction = reproductionIn(suite, step.title, idOf(traffic));
    return [scriptOf({ suite, step: step.title, pair: idOf(traffic) }, reproduction)];
  });
  expect(scripts.length).toBeGreaterThan(50);
  for (const input of scripts) expect(execaSync('sh', ['-n'], { input, reject: false }).stderr).toBe('');
  expect(scripts.filter((script) => script.includes(ID))).toEqual([]);
});

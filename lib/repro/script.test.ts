import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { execaSync } from 'execa';
import { idOf } from '../run/traffic.ts';
import { readingProgram } from './answers.ts';
import { pairsOn, reproductionIn } from './fixtures.ts';
import { manifest } from './manifest.ts';
import { ID, type Reproduction } from './reproduction.ts';
import { scriptOf } from './script.ts';

// It starts many programs, one after the other.
jest.setTimeout(20_000);

const strict = reproductionIn('strict', 'STRICT on httpbin.full', 'sleep.legacy → http://httpbin.full:8000');
const mixed = reproductionIn('permissive', '', 'sleep.full → http://httpbin.partial:8000');
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
  expect(lines).toContain('# observed: 90 × 200 in plain text');
  expect(lines.some((line) => line.startsWith('#   because PeerAuthentication full/httpbin'))).toBe(true);
});

test('what servers said stays in the comment', () => {
  const script = scriptOf({ ...subject, observed: '200\r\nrm -r /tmp/x\u2028rm' }, strict);
  expect(script).toContain('# observed: 200 rm -r /tmp/x rm\n');
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

describe('what curl printed is read', () => {
  test.each([
    ['mutual TLS', `${httpbin(me)}\nanswer 200 0`, `200 over mutual TLS as ${me}`],
    ['mutual TLS at an echo server', `${echo(me)}\nanswer 200 0`, `200 over mutual TLS as ${me}`],
    ['plain text', `${httpbin()}\nanswer 200 0`, '200 in plain text'],
    ['plain text at an echo server', `${echo()}\nanswer 200 0`, '200 in plain text'],
    ['a reset', '\nanswer 000 56', '000 with curl exit 56'],
    ['a 503', 'upstream connect error\nanswer 503 0', '503'],
    ['an answer that broke off', `${httpbin(me)}\nanswer 200 18`, '200 with curl exit 18'],
  ])('%s', (_, output, words) => expect(read(strict, output)).toBe(`1 × ${words}`));

  test('an identity counts for its own answer alone', () => {
    const output = `${httpbin(me)}\nanswer 200 0\n${httpbin()}\nanswer 200 0`;
    expect(read(strict, output).split('\n').sort()).toEqual([
      `1 × 200 in plain text`,
      `1 × 200 over mutual TLS as ${me}`,
    ]);
  });

  test.each([
    ['\0\0\0\0\x05\nanswer 200 0 ', '200 in plain text'],
    [`\0\0\0\0\x05${echo(me)}\nanswer 200 0 `, `200 over mutual TLS as ${me}`],
    ['\nanswer 200 0 14', '503'],
    ['\nanswer 000 92 ', '503'],
    ['\nanswer 200 0 2', 'gRPC status 2'],
  ])('gRPC: %j', (output, words) => expect(read({ ...strict, protocol: 'grpc' }, output)).toBe(`1 × ${words}`));
});

function read(reproduction: Reproduction, input: string): string {
  return execaSync('awk', ['-v', 'times=1', readingProgram(reproduction)], { input: `${input}\n` }).stdout;
}

/** Runs a script with a kubectl that answers each request like this; returns its end, and how kubectl was called. */
function run(
  reproduction: Reproduction,
  ...answers: string[]
): { code: number | undefined; stdout: string; calls: string[] } {
  const log = join(folder, 'log');
  writeFileSync(log, '');
  // It says for each request what the next one of the answers is, and repeats the last.
  const kubectl = `#!/bin/sh
echo "$*" >>${log}
case " $* " in
  *" create "*) cat >/dev/null ;;
  *" exec "*)
    cat >/dev/null
    case " $* " in *" -s 21 "*) times=21 ;; *) times=90 ;; esac
    i=0
    while [ $((i += 1)) -le $times ]; do cat ${folder}/answer$((i % ${answers.length})); done ;;
esac
`;
  writeFileSync(join(folder, 'kubectl'), kubectl, { mode: 0o755 });
  answers.forEach((answer, at) => {
    writeFileSync(join(folder, `answer${at}`), answer.replaceAll('full-1/', 'full-ID/'));
  });
  const script = scriptOf(subject, reproduction)
    .replace('id=repro-$(date +%s)-$$', 'id=1')
    .replace('date +%s) + 20', 'date +%s)');
  const { exitCode, stdout } = execaSync('sh', ['-s', '--', '--context', 'my mesh'], {
    ...{ input: script.replaceAll('ns/full-" id "', 'ns/full-ID'), reject: false },
    env: { PATH: `${folder}:${process.env['PATH']}` },
  });
  return { code: exitCode, stdout, calls: readFileSync(log, 'utf8').trim().split('\n') };
}

test('answers as expected: 0, with five commands, each with the options that it was given', () => {
  const { code, stdout, calls } = run(strict, '\nanswer 000 56\n');
  expect(stdout).toBe('expected: 000 with curl exit 56\nobserved: 90 × 000 with curl exit 56\nas expected');
  expect(code).toBe(0);
  expect(calls.map((call) => call.replace('--context my mesh ', '').split(' ')[0])).toEqual([
    ...['create', 'wait', 'create', 'exec', 'exec', 'delete'],
  ]);
  expect(calls.every((call) => call.startsWith('--context my mesh '))).toBe(true);
  expect(calls.at(-1)).toContain('delete namespace -l automtls.dev/repro=1');
});

test('one wrong answer of those that count: 1, and all is removed', () => {
  const answers = [...Array(89).fill('\nanswer 000 56\n'), '\nanswer 503 0\n'];
  const { code, stdout, calls } = run(strict, ...answers);
  expect(stdout).toContain('1 × 503');
  expect(stdout).toMatch(/not as expected$/);
  expect(code).toBe(1);
  expect(calls.at(-1)).toContain('delete namespace');
});

test('each of two expected answers must come, and no other', () => {
  const [tls, plain] = [`${httpbin(me)}\nanswer 200 0\n`, `${httpbin()}\nanswer 200 0\n`];
  expect(run(mixed, tls, plain).code).toBe(0);
  expect(run(mixed, tls).code).toBe(1);
  expect(run(mixed, plain).code).toBe(1);
  expect(run(mixed, tls, plain, '\nanswer 503 0\n').code).toBe(1);
});

test('a rare answer need not come, but not more often than by chance', () => {
  const [expected] = strict.expectation.outcomes;
  const rare = { outcome: { kind: 'unavailable' as const }, endpoints: [], share: 1 / 8192, rare: true as const };
  const rarely = { ...strict, expectation: { ...strict.expectation, outcomes: [expected as never, rare] } };
  const script = scriptOf(subject, rarely);
  expect(script).toContain('($0 == "503") && times <= ');
  expect(script).toContain('answers=$(ask 197 "$@")');
});

test('fewer answers than requests: 2, since it could not be asked', () => {
  const { code, stdout } = run(strict, '');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test('objects of the whole mesh take consent, and are removed by kind, place and label', () => {
  const wide = reproductionIn('rules-mesh-wide', 'mesh-strict', 'sleep.rules-legacy → http://httpbin.rules-full:8000');
  const script = scriptOf(subject, wide);
  expect(script).toMatch(/kubectl "\$@" delete \w+\.security\.istio\.io -n istio-system -l "\$label"/);
  const { code, calls } = run(wide, '\nanswer 000 56\n');
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

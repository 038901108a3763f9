import { proofOf, tried } from './fixtures.ts';
import { proofTerminal, saboteurList, triedLine } from './terminal.ts';

test('the table has each saboteur, what is not as stated follows, and the score comes last', () => {
  const text = proofTerminal(proofOf(tried), false, 'results/proofs/1/prove.html');
  expect(text).toMatch(/✓ killed {5}past-the-sidecar {2}strict › STRICT on httpbin\.full {2}1 fail {3}4\.2 s/);
  expect(text).toMatch(/✓ withstood {2}istiod-pauses .* nothing {2}4\.2 s/);
  expect(text).toMatch(/liar: a server that answers 200 to everything\n {2}sleep\.legacy → .* but stayed green/);
  expect(text).toMatch(/\nmutation score 33 %: 1 of 3 saboteurs killed, 1 survived, 1 false, 1 disturbance withstood$/);
});

test('a score is never rounded up to 100 %', () => {
  const [killed, , survived] = tried;
  const many = [...Array.from({ length: 300 }, () => killed as (typeof tried)[0]), survived as (typeof tried)[0]];
  expect(proofTerminal(proofOf(many), false, 'x')).toContain('mutation score 99 %: 300 of 301 saboteurs killed');
});

test('a catalogue that ended early says why', () => {
  const text = proofTerminal(proofOf(tried.slice(0, 1), 'saboteur liar: it was not mended'), false, 'x');
  expect(text).toContain('Ended early: saboteur liar: it was not mended');
  expect(text).toMatch(/1 of 1 saboteur killed, ended early$/);
});

test('a line for each saboteur, with what was not as stated', () => {
  const lines = tried.map((one) => triedLine(one, false));
  expect(lines[0]).toBe('✓ killed    past-the-sidecar: nothing enforces STRICT (4.2 s)');
  expect(lines[2]).toMatch(/^✗ survived {2}liar: .*\n {4}sleep\.legacy → httpbin\.full had to turn fail/);
});

test('the list says what must turn, and of a disturbance that nothing may', () => {
  const saboteur = { name: 'liar', title: 'it lies', suite: 'strict', step: 'STRICT', when: 'start' };
  const turns = [{ of: ['a → b'], to: 'fail', because: 'late' }];
  expect(
    saboteurList([
      { ...saboteur, turns },
      { ...saboteur, name: 'calm', turns: [] },
    ]),
  ).toBe(`liar: it lies
  at strict › STRICT, before the run looks at the mesh
  a → b must turn fail: late

calm: it lies
  at strict › STRICT, before the run looks at the mesh
  nothing may turn`);
});

import { resultsOf } from '../../results/fixtures.ts';
import { allVisible, line, visible } from './visible.ts';

const control = String.fromCharCode;

test('what a terminal would obey is shown instead', () => {
  expect(visible(`${control(27)}[2J${control(0)}${control(7)}${control(127)}${control(0x9b)}`)).toBe('␛[2J␀␇␡�');
});

test('text stays as it is, with its lines and tabs, in any script', () => {
  const text = 'sleep.full → httpbin.full\n\tcurl: (56) Überraschung 接続 🙂';
  expect(visible(text)).toBe(text);
});

test('lines end as they do here, and a carriage return alone overwrites nothing', () => {
  expect(visible('a\r\nb')).toBe('a\nb');
  expect(visible('all is well\rFAIL')).toBe('all is well␍FAIL');
});

test('halves of characters, noncharacters and turned writing are no text', () => {
  expect(visible('a\ud800b\udc00c\uffffd\u202ee')).toBe('a�b�c�d�e');
});

test('one line, cut where it is too long, and never within a character', () => {
  expect(line(' one\n  line\t', 20)).toBe('one line');
  expect(line('four', 4)).toBe('four');
  expect(line('fives', 4)).toBe('fiv…');
  expect(line('ab🙂cd', 4)).toBe('ab�…');
});

test('of a run only reasons, commands and what a server sent may have several lines', () => {
  const results = resultsOf();
  const [setup] = results.suites;
  Object.assign(setup as object, { name: 'a\nb', title: 'c\n\td' });
  results.runErrors = ['e\nf'];
  Object.assign(setup?.steps[0] as object, { why: 'g\nh' });
  const shown = allVisible(results);
  expect([shown.suites[0]?.name, shown.suites[0]?.title, shown.runErrors]).toEqual(['a b', 'c d', ['e f']]);
  expect(shown.suites[0]?.steps[0]).toMatchObject({ why: 'g\nh' });
  expect(JSON.stringify(shown)).toContain("apply -f - <<'EOF'\\nmetadata");
});

test('every text of a run is made visible, and nothing else of it changes', () => {
  expect(allVisible(resultsOf())).toEqual(resultsOf());
  const results = resultsOf();
  results.runErrors = [`a${control(27)}b`];
  results.istio.notes = [`${control(8)}\ud800`];
  expect(allVisible(results)).toEqual({
    ...resultsOf(),
    runErrors: ['a␛b'],
    istio: { ...resultsOf().istio, notes: ['␈�'] },
  });
});

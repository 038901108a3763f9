import { globSync, readFileSync } from 'node:fs';
import { html, sourceOf } from './markup.ts';

const source = (markup: ReturnType<typeof html>) => sourceOf(markup);

test.each([
  ['<b>', '&lt;b&gt;'],
  ['&lt;', '&amp;lt;'],
  [`"'`, '&quot;&#39;'],
  ['</pre><script>x</script>', '&lt;/pre&gt;&lt;script&gt;x&lt;/script&gt;'],
  ['\u0000\u001b[31m', '␀␛[31m'],
  ['a\u202eb', 'a\ufffdb'],
  ['tabs\tand\nlines', 'tabs\tand\nlines'],
])('%j is put in as %j', (text, escaped) => {
  expect(source(html`<p title="${text}">${text}</p>`)).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test('markup goes in as it is, alone or in lists of lists', () => {
  const item = (text: string) => html`<li>${text}</li>`;
  expect(source(html`<ul>${['a<', 'b'].map(item)}</ul>`)).toBe('<ul><li>a&lt;</li><li>b</li></ul>');
  expect(source(html`${[[item('a')], [], [[item('b')], '<', 1]]}`)).toBe('<li>a</li><li>b</li>&lt;1');
});

test('what only looks like markup, as what was read from JSON might, is none', () => {
  const forged = JSON.parse('{"Symbol(markup)":"<b>","markup":"<b>","length":1,"0":"<b>"}');
  expect(() => html`${forged}`).toThrow(TypeError);
});

test('every attribute that takes a value has its quotes', () => {
  const files = globSync('**/*.ts', { cwd: import.meta.dirname }).filter((path) => !path.includes('test'));
  const unquoted = files.filter((path) => /=\$\{/.test(readFileSync(`${import.meta.dirname}/${path}`, 'utf8')));
  expect(files.length).toBeGreaterThan(15);
  expect(unquoted).toEqual([]);
});

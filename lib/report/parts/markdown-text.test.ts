import { fenced, folded, inline } from './markdown-text.ts';

/** Returns what GitHub would show: entities become characters, and zero-width spaces are invisible. */
const rendered = (markdown: string): string =>
  markdown.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll('\u200b', '');

test.each([
  ['code', '`a` ```', '&#96;a&#96; &#96;&#96;&#96;'],
  ['emphasis', '**a** _b_ ~~c~~', '&#42;&#42;a&#42;&#42; &#95;b&#95; &#126;&#126;c&#126;&#126;'],
  ['a formula', '$a$', '&#36;a&#36;'],
  ['a cell of a table', 'a | b \\| c', 'a &#124; b &#92;&#124; c'],
  ['HTML', '<img src="x">', '&#60;img src="x"&#62;'],
  ['an entity', '&lt; &#60;', '&#38;lt; &#38;#&#8203;60;'],
  ['a link', '[a](b) ![c](d)', '&#91;a&#93;(b) !&#91;c&#93;(d)'],
  ['an address', 'https://a.b www.a.b a@b.c', 'https:&#8203;//a.b www&#8203;.a.b a@&#8203;b.c'],
  ['a mention', '@octocat @org/team', '@&#8203;octocat @&#8203;org/team'],
  ['an issue', '#123 o/r#4 GH-5', '#&#8203;123 o/r#&#8203;4 GH&#8203;-5'],
  ['a heading', '# a', '&#8203;# a'],
  ['a list', '- a', '&#8203;- a'],
  ['a numbered list', '12. a', '&#8203;12. a'],
  ['several lines', 'a\n\n# b\r\n- c', 'a # b - c'],
])('%s in a text is shown as it is', (_, text, markdown) => {
  expect(inline(text)).toBe(markdown);
  expect(rendered(inline(text))).toBe(text.replaceAll(/\s+/g, ' '));
});

test('what needs no escape has none', () => {
  const text = 'sleep.full → httpbin.full: 000 (curl 56), not 200 mTLS as spiffe:cluster.local; full-ab12c3 1.31.0 #';
  expect(inline(text)).toBe(text);
});

test('a text without end has one', () => {
  expect(inline('a'.repeat(1_000_000))).toHaveLength(500);
});

test('a block of code ends where its text does', () => {
  expect(fenced('a\nb', 'sh')).toBe('```sh\na\nb\n```');
  expect(fenced('a\n```\n`````\n````', 'text')).toBe('``````text\na\n```\n`````\n````\n``````');
});

test('what is folded is Markdown, since blank lines part it from the tags', () => {
  expect(folded('a', '**b**')).toBe('<details><summary>a</summary>\n\n**b**\n\n</details>');
});

import { hash, identity, xfcc } from '../fixtures.ts';
import { certificateOf, identityOf, parseXfcc } from './xfcc.ts';

const identities = (header: string) => parseXfcc(header).map(identityOf);

test('the header of the task: one element, its pairs in order', () => {
  expect(parseXfcc(xfcc)).toEqual([
    [
      { key: 'By', value: 'spiffe://cluster.local/ns/full/sa/httpbin' },
      { key: 'Hash', value: hash },
      { key: 'Subject', value: '' },
      { key: 'URI', value: identity },
    ],
  ]);
  expect(identities(xfcc)).toEqual([identity]);
});

test.each([
  ['commas and semicolons in a quoted subject', `Subject="CN=sleep,O=a;b,C=c";URI=${identity}`, [identity]],
  ['quotes and backslashes in a quoted subject', `Subject="O=\\"a\\",CN=\\\\";URI=${identity}`, [identity]],
  ['a key in small letters', `uri=${identity}`, [identity]],
  ['several URIs, of which the SPIFFE ID counts', `URI=https://a.test;URI=${identity};URI=spiffe://b/c`, [identity]],
  ['no URI', `Hash=${hash};Subject="CN=${identity}"`, [undefined]],
  ['a URI of another kind', 'URI=https://a.test/spiffe://b', [undefined]],
  ['a DNS name that looks like an identity', `DNS=${identity}`, [undefined]],
  ['By, which is the server, is not the client', `By=${identity}`, [undefined]],
  ['several elements', `URI=spiffe://a/b, By=x;URI=${identity}`, ['spiffe://a/b', identity]],
  ['nothing', '', []],
])('%s', (_, header, wanted) => {
  expect(identities(header)).toEqual(wanted);
});

test.each([
  ['is a key in any letters, its value in small ones', `hash=${hash.toUpperCase()};URI=${identity}`, hash],
  ['may be missing', `URI=${identity}`, undefined],
])("the certificate's hash %s", (_, header, wanted) => {
  expect(parseXfcc(header).map(certificateOf)).toEqual([wanted]);
});

test('a quoted value is told without its quotes and escapes', () => {
  expect(parseXfcc('Subject="a\\"b\\\\c,d;e=f"')).toEqual([[{ key: 'Subject', value: 'a"b\\c,d;e=f' }]]);
});

test.each([
  'rubbish',
  ',',
  ';',
  '=',
  `URI=${identity},`,
  `URI=${identity};`,
  `URI=${identity};;Hash=1`,
  `rubbish,URI=${identity}`,
  `rubbish;URI=${identity}`,
  'Subject="open',
  'Subject="open\\"',
  'Subject="a"b;URI=c',
  `<html>a=b,URI=${identity}`,
])('throws on %s', (header) => {
  expect(() => parseXfcc(header)).toThrow('X-Forwarded-Client-Cert');
});

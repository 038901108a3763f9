import { pair } from './requirement.ts';

test.each([
  ['shop/web>cart.shop:8080', 'shop/web', 'cart.shop:8080'],
  ['shop/* > *.shop', 'shop/*', '*.shop'],
  ['outsider:*', 'outsider', '*'],
  ['web.shop:cart.shop:8080', 'shop/web', 'cart.shop:8080'],
  ['web.shop → http://cart.shop:8080', 'shop/web', 'cart.shop:8080'],
  ['outsider.outsider → cart.shop', 'outsider', 'cart.shop'],
  ['*.shop->cart.shop', 'shop/*', 'cart.shop'],
])('a pair may be written as commands print it: %s', (text, client, server) => {
  expect(pair(text)).toEqual([{ text, client, server }]);
});

test.each(['web.shop', '>cart.shop', 'web.shop:', 'a>b>c'])('%s is none', (text) => {
  expect(() => pair(text)).toThrow('takes a pair, such as');
});

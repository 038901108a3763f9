import { savesByPlatform } from './images.ts';

test.each([
  ['1.41', false],
  ['1.47', false],
  ['1.48', true],
  ['1.52', true],
  ['2.0', true],
])('with the API %s, an image can be saved for one platform: %s', (api, can) => {
  expect(savesByPlatform({ api, platform: 'linux/amd64' })).toBe(can);
});

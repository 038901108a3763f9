import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { imageNames } from './image-names.ts';

const manifests = fileURLToPath(new URL('../../../../manifests/', import.meta.url));
const read = (path: string) => readFileSync(`${manifests}${path}`, 'utf8');

test('manifests name these images and no others; containerd alone knows of pause', () => {
  const named = globSync('**/*.yaml', { cwd: manifests }).flatMap((path) =>
    [...read(path).matchAll(/\bimage: (\S+)/g)].map(([, image]) => image),
  );
  const { pause, ...others } = imageNames;
  expect(new Set(named)).toEqual(new Set(Object.values(others)));
});

test.each([
  ['github.com/coredns/coredns', imageNames.coredns],
  ['github.com/mccutchen/go-httpbin/v2', imageNames.httpbin],
])('what is built of %s has the version of its image', (module, image) => {
  const [, version] = new RegExp(`\\s${module} (v\\S+)`).exec(read('native/go.mod')) ?? [];
  expect(image).toMatch(new RegExp(`:${version}$`));
});

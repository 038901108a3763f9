import { imageNames } from '../builds/images/image-names.ts';
import { UsageError } from '../errors.ts';
import { newestRelease } from './releases.ts';
import { chooseIstio } from './source.ts';

test('without options it is the newest supported release, and its images are pulled', () => {
  const choice = chooseIstio(undefined);
  expect(choice.built).toBeUndefined();
  expect(choice.release).toBe(newestRelease());
  expect(choice.images).toEqual({
    istio: ['pilot', 'proxyv2'].map((name) => `docker.io/istio/${name}:${newestRelease().version}`),
    workloads: [imageNames.httpbin, imageNames.echo, imageNames.curl],
  });
});

test('a patch is taken as it is named', () => {
  expect(chooseIstio('1.30.2').images.istio).toEqual([
    'docker.io/istio/pilot:1.30.2',
    'docker.io/istio/proxyv2:1.30.2',
  ]);
});

test.each(['1.31-dev', '1.30-dev'])('%s is a snapshot, for which nothing is pulled', (version) => {
  const choice = chooseIstio(version);
  expect(choice.built?.module.version).toBe(version);
  expect(choice.release.minor).toBe(version.slice(0, 4));
  expect(choice.images).toEqual({ istio: [], workloads: [] });
});

test('a release that only the model knows is refused, with the reason', () => {
  expect(() => chooseIstio('1.4')).toThrow(UsageError);
  expect(() => chooseIstio('1.4')).toThrow('Istio 1.4.10 needs Kubernetes 1.14');
});

test.each(['1.29-dev', '1.99', 'master'])('there is no %s', (version) => {
  expect(() => chooseIstio(version)).toThrow(UsageError);
});

/**
 * The images, apart from Istio's, that run on this project's clusters. They are pulled, or built here under the same
 * names. The manifests contain these names too, so that they can be applied without this project; a test compares them.
 * Node images of kind depend on the release, so they are in lib/platform/istio/releases.ts.
 */
export const imageNames = {
  httpbin: 'docker.io/mccutchen/go-httpbin:v2.15.0',
  /** The echo server of Istio's own tests: HTTP, HTTPS, TCP and gRPC; any version will do. */
  echo: 'docker.io/istio/app:1.30.5',
  curl: 'docker.io/curlimages/curl:8.16.0',
  coredns: 'registry.k8s.io/coredns/coredns:v1.14.5',
  pause: 'registry.k8s.io/pause:3.10',
} as const;

/** The registry that has the images of every release of Istio; its other registry closes in December 2026. */
export const istioHub = 'docker.io/istio';

/** Returns the name of one of Istio's images. */
export function istioImage(name: 'pilot' | 'proxyv2', version: string): string {
  return `${istioHub}/${name}:${version}`;
}

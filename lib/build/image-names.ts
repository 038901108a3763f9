/**
 * The images that run on clusters of this project besides Istio's, whether they are pulled or built here under the same
 * names. Manifests name them, too, as anybody would apply them: a test compares. The nodes of kind are with the releases
 * (lib/istio/releases.ts), on which they depend.
 */
export const imageNames = {
  httpbin: 'docker.io/mccutchen/go-httpbin:v2.15.0',
  /** The echo server of Istio's own tests: HTTP, HTTPS, TCP and gRPC; any version will do. */
  echo: 'docker.io/istio/app:1.30.5',
  curl: 'docker.io/curlimages/curl:8.16.0',
  coredns: 'registry.k8s.io/coredns/coredns:v1.14.5',
  pause: 'registry.k8s.io/pause:3.10',
} as const;

/** Where the images of every release of Istio are; its other registry closes in December 2026. */
export const istioHub = 'docker.io/istio';

/** Returns the name of one of Istio's images. */
export function istioImage(name: 'pilot' | 'proxyv2', version: string): string {
  return `${istioHub}/${name}:${version}`;
}

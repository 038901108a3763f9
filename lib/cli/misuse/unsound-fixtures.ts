import type { KubeObject } from '../../model/types.ts';
import type { Suite } from '../../scenario/suite.ts';

// Suites of somebody's own that cannot be asked, as data.

/** A suite of somebody's own on the task's topology, with one step. */
function suiteOf(step: { objects?: KubeObject[]; traffic?: { from: string; to: string }[] }, more = {}): Suite {
  const traffic = step.traffic?.map((one) => ({ ...one, port: 8000, protocol: 'http' as const }));
  return {
    name: 'own',
    title: 'Own',
    about: '',
    topology: 'auto-mtls',
    steps: [{ kind: 'ask', title: 'a step', objects: step.objects ?? [], ...(traffic && { traffic }) }],
    ...more,
  };
}

const object = (kind: string, spec: unknown, more: object = {}): KubeObject =>
  ({
    apiVersion: kind === 'PeerAuthentication' ? 'security.istio.io/v1' : 'networking.istio.io/v1',
    kind,
    metadata: { namespace: 'full', name: 'x' },
    spec,
    ...more,
  }) as KubeObject;

const applying = (...objects: KubeObject[]): Suite => suiteOf({ objects });

/** Suites that cannot be asked, and what `--explain`, `--list` and a run say of them. */
export const unsound: [what: string, suite: Suite, says: string][] = [
  [
    'a mode that does not exist',
    applying(object('PeerAuthentication', { mtls: { mode: 'STRIKT' } })),
    'suite own, step "a step": PeerAuthentication full/x is not valid: spec.mtls.mode is "STRIKT": allowed are UNSET, DISABLE, PERMISSIVE, STRICT.',
  ],
  [
    'a field that does not exist',
    applying(object('PeerAuthentication', { mtl: { mode: 'STRICT' } })),
    'spec.mtl is unknown: allowed in spec are mtls, portLevelMtls, selector.',
  ],
  [
    'a text for an object',
    applying(object('PeerAuthentication', { mtls: 'STRICT' })),
    'spec.mtls must be object, but is "STRICT".',
  ],
  ['a rule without a host', applying(object('DestinationRule', { trafficPolicy: {} })), 'spec.host is missing.'],
  [
    'a TLS mode of a port',
    applying(
      object('DestinationRule', {
        host: 'httpbin',
        trafficPolicy: { portLevelSettings: [{ port: { number: 8000 }, tls: { mode: 'MUTAL' } }] },
      }),
    ),
    'spec.trafficPolicy.portLevelSettings.0.tls.mode is "MUTAL": allowed are DISABLE, SIMPLE, MUTUAL, ISTIO_MUTUAL.',
  ],
  [
    'a version that does not exist',
    applying(object('PeerAuthentication', {}, { apiVersion: 'security.istio.io/v2' })),
    'apiVersion of PeerAuthentication is "security.istio.io/v2": allowed are security.istio.io/v1, security.istio.io/v1beta1.',
  ],
  [
    'a mode of the old API',
    applying(
      object('Policy', { peers: [{ mtls: { mode: 'DISABLE' } }] }, { apiVersion: 'authentication.istio.io/v1alpha1' }),
    ),
    'spec.peers.0.mtls.mode is "DISABLE": allowed are STRICT, PERMISSIVE.',
  ],
  [
    'a kind that the model does not know',
    applying(object('WasmPlugin', {})),
    'a step cannot apply WasmPlugin, but only PeerAuthentication, AuthorizationPolicy, DestinationRule',
  ],
  [
    'an object without a name',
    applying(object('PeerAuthentication', {}, { metadata: { namespace: 'full' } })),
    'metadata.name is missing.',
  ],
  ['no object', applying(null as unknown as KubeObject), 'an object is not valid: it must be object, but is null.'],
  [
    'a namespace of somebody else',
    applying(object('PeerAuthentication', {}, { metadata: { namespace: 'default', name: 'x' } })),
    'PeerAuthentication default/x is in no namespace of topology auto-mtls (full, partial, legacy), so it would act on others',
  ],
  [
    'a file that does not exist',
    suiteOf({ objects: ['strikt' as unknown as KubeObject] }),
    'There is no strikt.yaml in manifests/policies/security.istio.io/ or manifests/policies/networking.istio.io/',
  ],
  [
    'a client that does not exist',
    suiteOf({ traffic: [{ from: 'full/slep', to: 'full/httpbin' }] }),
    'suite own, step "a step": full/slep is no client of topology auto-mtls; it has full/sleep',
  ],
  [
    'a server that does not exist',
    suiteOf({ traffic: [{ from: 'full/sleep', to: 'full/httpbim' }] }),
    'full/httpbim is no Service of topology auto-mtls; it has full/httpbin',
  ],
  ['nothing to ask', suiteOf({ traffic: [] }), 'suite own, step "a step" asks nothing'],
  ['a topology that does not exist', suiteOf({}, { topology: 'nowhere' }), 'There is no topology "nowhere"'],
];

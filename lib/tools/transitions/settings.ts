import type { KubeObject } from '../../model/index.ts';
import type { Setting } from './types.ts';

/** The server, as `namespace/name`: a Service whose only pod has a sidecar. */
export const SERVER = 'full/httpbin';
const [namespace = '', name = ''] = SERVER.split('/');

/** Returns the objects of a setting, with the topology's names. */
export function objectsOf({ mode, rule }: Setting): KubeObject[] {
  return [
    ...(mode === 'none' ? [] : [peerAuthentication(mode)]),
    ...(rule === 'none' ? [] : [destinationRule(rule)]),
  ] as KubeObject[];
}

function peerAuthentication(mode: string): KubeObject & { spec: object } {
  return {
    apiVersion: 'security.istio.io/v1beta1',
    kind: 'PeerAuthentication',
    metadata: { namespace, name: 'default' },
    spec: { mtls: { mode } },
  };
}

function destinationRule(mode: string): KubeObject & { spec: object } {
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'DestinationRule',
    metadata: { namespace, name },
    spec: { host: `${name}.${namespace}.svc.cluster.local`, trafficPolicy: { tls: { mode } } },
  };
}

/** Returns the name of a path in arguments, such as `permissive+disable:permissive:strict`. */
export function pathName(settings: Setting[]): string {
  return settings.map(settingName).join(':');
}

/** Returns a name for a setting that no other has: its mode and, after a plus, the mode of its rule. */
export function settingName({ mode, rule }: Setting): string {
  return `${mode}${rule === 'none' ? '' : `+${rule}`}`.toLowerCase();
}

import type { Injection, KubeObject, Mesh, Protocol, RuleId, WrittenEndpoint } from '../../lib/model/index.ts';
import type { AskStep } from '../../lib/scenario/index.ts';

/** The smallest scenario in which certain rules of the model decide, on the topology `rules`. */
export interface Witness extends Pick<AskStep, 'since' | 'until' | 'ages'> {
  /** A unique name. */
  name: string;
  /** The behaviour that it shows, in a few words. */
  says: string;
  objects: KubeObject[];
  /** Workloads and Services besides those of the topology. A live mesh is not asked then, since a run has no others. */
  deployed?: KubeObject[];
  /** Who gives `deployed` their sidecars; as Istio is installed if absent. */
  injection?: Injection;
  /** Addresses of the pods of workloads, by name. */
  addresses?: Record<string, string>;
  /** Endpoints of a Service without selector, which a run does not have either. */
  writtenEndpoints?: WrittenEndpoint[];
  /** Objects of an additional step before, if otherwise no answer would show that `objects` have arrived. */
  after?: KubeObject[];
  autoMtls?: false;
  /** Other settings of the mesh that matter. A live mesh cannot be asked then, since a run does not change them. */
  mesh?: Partial<Pick<Mesh, 'rootNamespace' | 'exportTo' | 'outboundTrafficPolicy' | 'undiscovered'>>;
  /** The client and the Service, as `namespace/name`. */
  from: string;
  to: string;
  /** The Service's port; 8000 by default. */
  port?: number;
  /** The subset that requests name in a header. A VirtualService in `objects` routes them to it. */
  subset?: string;
  /** HTTP by default. */
  protocol?: Protocol;
  /**
   * The outcomes, joined by ` or `: `m` (200 over mutual TLS), `p` (200 in plain text), `503`, or curl's exit code. Then
   * `, rarely ` and the rare one, if there is one.
   */
  comesTo: string;
  /** The rules that decide. Other rules may contribute. */
  by: RuleId[];
  /** Set if a live mesh is not asked. */
  modelOnly?: true;
}

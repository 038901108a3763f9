import type { KubeObject } from '../../model/index.ts';
import type { Limits } from '../../platform/limits.ts';
import type { Sensitivity, VerdictReason } from '../../verdict/index.ts';

/** Breaks the mesh in one way, and says what the harness must then find. */
export interface Saboteur {
  /** Its name for `--saboteur`. */
  name: string;
  /** What is wrong with the mesh, in plain words. */
  title: string;
  /** The step that is performed on the broken mesh, with the checks right after it: a suite's name and the step's title. */
  suite: string;
  step: string;
  when: Moment;
  /** Breaks the mesh. Whatever it does with the hands is undone afterwards, also if it fails half-way. */
  break(hands: Hands): Promise<void>;
  /**
   * Everything that must turn; all else must pass. If nothing must, the saboteur is a disturbance that a conforming mesh
   * may have.
   */
  turns: Turn[];
  /** The share of wrong answers that the step must find, if not the usual one. */
  sensitivity?: Sensitivity;
  /** Limits of the step, if not those of all saboteurs. */
  limits?: Partial<Limits>;
  /** The pairs that the step asks, if not all, such as `sleep.full → httpbin.full`. */
  pairs?: string[];
}

/**
 * When a saboteur acts.
 * - `set-up`: before a run of its own creates its workloads.
 * - `start`: the workloads are there, but the run has not looked at the mesh yet.
 * - `between`: after the run's checks, before the step.
 * - `during`: as soon as the step's objects are stored.
 */
export type Moment = 'set-up' | 'start' | 'between' | 'during';

/** A reason's code, and those of its facts that matter, with the topology's names of namespaces. */
export type Because = {
  [Code in VerdictReason['code']]: SomeFacts<Extract<VerdictReason, { code: Code }>> & { code: Code };
}[VerdictReason['code']];

/** Some of a reason's facts; of a list, some of its items. */
type SomeFacts<T> = T extends readonly (infer Item)[]
  ? readonly SomeFacts<Item>[]
  : T extends object
    ? { [Key in keyof T]?: SomeFacts<T[Key]> }
    : T;

/** What must all turn to one verdict, for one reason. */
export interface Turn {
  /** Pairs, such as `sleep.full → httpbin.full`; checks of set-up, such as `ready`; or `start`, the run itself. */
  of: readonly string[];
  /** `refused` is for `start` alone: the run does not begin. */
  to: 'fail' | 'inconclusive' | 'refused';
  /** What one of the reasons must be, or what each of several may be instead; facts that are left out may be any. */
  because: Because | readonly Because[];
  /** They may stay green as well: it depends on the moment, and is no fault of the mesh. */
  orGreen?: true;
}

/**
 * What saboteurs can do to a mesh. Everything is undone afterwards, newest first. Workloads are Deployments, such as
 * `full/httpbin`, and objects have the topology's names of namespaces.
 */
export interface Hands {
  /** The namespaces of the run by the topology's names; of no use to a saboteur that acts before set-up. */
  namespaces: Readonly<Record<string, string>>;
  /** Does something for a time in milliseconds, with hands whose deeds are undone when it is over. */
  briefly(forMs: number, deed: (hands: Hands) => Promise<void>): Promise<void>;
  /** Returns the address of a workload's pod. */
  addressOf(workload: string): Promise<string>;
  /** Returns the address of a Service. */
  serviceAddress(service: string): Promise<string>;
  /** Returns the hash of the certificate that the sidecar of a client has. */
  certificateOf(client: string): Promise<string>;
  /** Creates objects. */
  make(...objects: KubeObject[]): Promise<void>;
  /** Changes some fields of an object; null removes a field. */
  change(object: KubeObject): Promise<void>;
  /** Changes the policy that the step under way has applied. */
  changePolicy(spec: Record<string, unknown>): Promise<void>;
  /** Deletes that policy. It is not created again: the step is over by then. */
  deletePolicy(): Promise<void>;
  /** Deletes the objects of a kind without namespaces whose names match. They are created again afterwards. */
  removeAll(apiVersion: string, kind: string, name: RegExp): Promise<void>;
  /** Changes the template of a workload's pods, and waits until they are replaced. */
  redeploy(workload: string, template: Record<string, unknown>): Promise<void>;
  /** Changes how many pods a workload has, and waits until it has them. */
  scale(workload: string, replicas: number): Promise<void>;
  /** Changes some labels of a workload's pods; null removes one. */
  label(workload: string, labels: Record<string, string | null>): Promise<void>;
  /** Deletes a workload's pods, and waits until they are replaced only afterwards. */
  restart(workload: string): Promise<void>;
  /** Replaces a workload's pods afterwards, to be called first: what it broke leaves connections that stay open. */
  renewAfterwards(workload: string): void;
  /** Sets a field of the mesh configuration. */
  setMesh(path: string[], value: unknown): Promise<void>;
  /** Waits until a saboteur that changes objects on their way into the API server does so. */
  awaitAdmission(trial: KubeObject, acts: (stored: KubeObject) => boolean): Promise<void>;
  /** Runs a script in the shell that the run has open in a client, and another one afterwards. */
  inShell(client: string, script: string, undo: string): Promise<void>;
  /** Begins to run a script in a client, in a shell of its own. The script's process is killed afterwards. */
  inBackground(client: string, script: string): Promise<void>;
  /** Stops the processes of a workload's pods, for a time in milliseconds or until the end. */
  freeze(workload: string, options?: { program?: string; forMs?: number }): Promise<void>;
  /** Kills a program in a workload's pods. */
  kill(workload: string, program: string): Promise<void>;
  /** Adds rules of iptables in the network of a workload's pods: table, chain, and the rule itself. */
  firewall(workload: string, ...rules: string[][]): Promise<void>;
}

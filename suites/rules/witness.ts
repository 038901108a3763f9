import type { RuleId } from '../../lib/model/rules.ts';
import type { KubeObject, Protocol } from '../../lib/model/types.ts';
import type { AskStep } from '../../lib/run/suite.ts';

/** The smallest scenario in which some rules of the model decide, in the names of the topology `rules`. */
export interface Witness extends Pick<AskStep, 'since' | 'until' | 'ages'> {
  /** Tells it from all others. */
  name: string;
  /** What it shows, in a few words. */
  says: string;
  objects: KubeObject[];
  /** What a step of its own applies before, where otherwise nothing would show that the objects have arrived. */
  after?: KubeObject[];
  autoMtls?: false;
  /** Who asks, and which Service, as `namespace/name`. */
  from: string;
  to: string;
  /** 8000 where it is left out. */
  port?: number;
  /** The subset to which a VirtualService among the objects sends the requests that name it in their header. */
  subset?: string;
  /** HTTP where it is left out. */
  protocol?: Protocol;
  /** The outcomes: `m` 200 with mutual TLS, `p` 200 in plain text, `503`, curl's exit code; joined by ` or `. */
  comesTo: string;
  /** The rules that decide in it; others may take part. */
  by: RuleId[];
  /** Set where only the model is asked. */
  modelOnly?: true;
}

import type { Question, World } from '../../../model/types.ts';
import type { Cell, Judgement } from '../../../probe/types.ts';
import type { Looked, Setting } from '../../record/looked.ts';

/** The input of Istio's rules before a step and during it. */
export interface Worlds {
  before: World;
  during: World;
}

/** A cell with the question that the model's expectation answers. */
export interface RunCell extends Cell {
  question: Question;
  /** Its name in messages about the step. */
  name: string;
}

/** What was observed of pairs, by their ids. */
export type Observed = ReadonlyMap<string, Pick<Judgement, 'seen'>>;

/** Whether the answers of a pair are as expected. */
export type ByAnswers = Pick<Judgement, 'verdict'>;

/** A step that was asked, as far as the judge of what is around it needs it. */
export interface AskedStep {
  setting: Setting;
  looked: Looked;
  /** The step's pairs and controls. */
  cells: RunCell[];
  worlds: Worlds;
  /** What was observed of each pair right before the step. */
  observed: Observed;
  /** Whether the step changed anything. */
  changed: boolean;
}

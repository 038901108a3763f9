import { existsSync, readdirSync } from 'node:fs';
import type { KubeObject } from '../model/types.ts';
import { documents, manifestsFolder } from './documents.ts';
import type { AskStep } from './suite.ts';
import type { Traffic } from './traffic.ts';

/** The folder of scenarios in which a mesh and the model once disagreed. */
export const foundFolder = `${manifestsFolder}found`;

/** A scenario in which a mesh and the model once disagreed, as `npm run fuzz` writes it into a file of the folder. */
export interface Found extends Pick<AskStep, 'since' | 'until' | 'ages' | 'autoMtls'> {
  title: string;
  /** Where it was found, and what was seen there. Only for people. */
  found: { istio: string; seed: number; path: string; seen: string[] };
  /** What it turned out to be, once somebody knows. Only for people. */
  explained?: string;
  /** The objects of a step before, if the mesh disagrees only if it comes from there. */
  after?: KubeObject[];
  objects: KubeObject[];
  traffic: Traffic[];
}

/** Returns the steps that replay all of them, and one that removes everything. */
export function foundSteps(): AskStep[] {
  const files = existsSync(foundFolder) ? readdirSync(foundFolder).filter((file) => file.endsWith('.yaml')) : [];
  const all = files.sort().flatMap((file) => documents(`found/${file}`) as unknown as Found[]);
  const traffic = all.at(-1)?.traffic ?? [];
  return [...all.flatMap(stepsOf), { kind: 'ask', title: 'all removed', objects: [], traffic }];
}

function stepsOf({ found: _, explained: __, title, after, objects, ...step }: Found): AskStep[] {
  return [
    ...(after === undefined ? [] : [{ ...step, kind: 'ask' as const, title: `${title}, before`, objects: after }]),
    { ...step, kind: 'ask', title, objects },
  ];
}

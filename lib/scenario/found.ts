import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubeObject } from '../model/index.ts';
import { manifestsFolder } from './documents.ts';
import type { AskStep } from './suite.ts';
import type { Traffic } from './traffic.ts';

/** The folder of scenarios in which a mesh and the model once disagreed. */
export const foundFolder = `${manifestsFolder}found`;

/** A scenario in which a mesh and the model once disagreed, as `npm run fuzz` writes it into a file of the folder. */
export interface FoundScenario extends Pick<AskStep, 'since' | 'until' | 'ages' | 'autoMtls'> {
  title: string;
  /** Where it was found, and what was seen there. Only for people. */
  found: { istio: string; seed: number; path: string; seen: string[] };
  /** What it turned out to be, once somebody knows. Only for people. */
  explained?: string;
  /** A step before, if the mesh disagrees only if it comes from there. */
  after?: { objects: KubeObject[]; autoMtls?: boolean };
  objects: KubeObject[];
  traffic: Traffic[];
}

/** Returns the steps that replay all scenarios in a folder, and one that removes everything; none if there are none. */
export function foundSteps(folder = foundFolder): AskStep[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.yaml')) : [];
  const all = files.sort().map((file) => parse(readFileSync(join(folder, file), 'utf8')) as FoundScenario);
  return all.flatMap((found, at) => [
    ...stepsOf(found),
    ...(at < all.length - 1
      ? []
      : [{ kind: 'ask' as const, title: 'all removed', objects: [], traffic: found.traffic }]),
  ]);
}

function stepsOf({ found: _, explained: __, title, after, autoMtls, ...step }: FoundScenario): AskStep[] {
  const asked = (objects: KubeObject[], on: boolean | undefined, words: string): AskStep => ({
    ...step,
    kind: 'ask',
    title: words,
    objects,
    ...(on !== undefined && { autoMtls: on }),
  });
  return [
    ...(after === undefined ? [] : [asked(after.objects, after.autoMtls, `${title}, before`)]),
    asked(step.objects, autoMtls, title),
  ];
}

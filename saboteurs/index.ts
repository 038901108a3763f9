import type { Saboteur } from '../lib/tools/prove/index.ts';
import { beyondHttp } from './beyond-http.ts';
import { controlPlane } from './control-plane.ts';
import { harness } from './harness.ts';
import { identity } from './identity.ts';
import { interception } from './interception.ts';
import { meanwhile } from './meanwhile.ts';
import { others } from './others.ts';
import { policies } from './policies.ts';
import { requests } from './requests.ts';
import { rules } from './rules.ts';
import { serving } from './serving.ts';
import { strangers } from './strangers.ts';
import { unenforced } from './unenforced.ts';

/** All saboteurs, by families. */
export const saboteurs: readonly Saboteur[] = [
  ...unenforced,
  ...policies,
  ...rules,
  ...others,
  ...meanwhile,
  ...identity,
  ...serving,
  ...strangers,
  ...controlPlane,
  ...harness,
  ...beyondHttp,
  ...requests,
  ...interception,
];

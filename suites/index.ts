import type { Suite } from '../lib/scenario/index.ts';
import { autoOff } from './auto-off.ts';
import { cleanup } from './cleanup.ts';
import { denyPlainText } from './deny-plain-text.ts';
import { destinationRule } from './destination-rule.ts';
import { disable } from './disable.ts';
import { found } from './found.ts';
import { migration } from './migration.ts';
import { passThroughPorts } from './pass-through.ts';
import { permissive } from './permissive.ts';
import { probes } from './probes.ts';
import { protocols } from './protocols.ts';
import { reachability } from './reachability.ts';
import { rules, rulesMeshWide } from './rules.ts';
import { samePort } from './same-port.ts';
import { serverFirst } from './server-first.ts';
import { setup } from './setup.ts';
import { strict } from './strict.ts';

/** All suites, in the task's order. Those that run only if named come before the last one. */
export const suites: readonly Suite[] = [
  setup,
  permissive,
  migration,
  strict,
  disable,
  destinationRule,
  autoOff,
  rules,
  rulesMeshWide,
  protocols,
  reachability,
  passThroughPorts,
  denyPlainText,
  probes,
  serverFirst,
  samePort,
  found,
  cleanup,
];

import { nameOf } from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import type { Place } from '../snapshot.ts';
import { countsOf, surveyOf } from '../survey.ts';
import { acceptedIn } from './accept.ts';
import { checks } from './checks.ts';
import { contextOf } from './context.ts';
import type { Finding, Severity } from './finding.ts';
import { refusalsIn } from './refusals.ts';

/** What is wrong with a mesh. */
export interface Lint {
  mesh: SurveyedMesh;
  /** The worst first. */
  findings: readonly Finding[];
  /** Those that an annotation accepts. */
  accepted: readonly Finding[];
  /** Codes that an object accepts, and that do not occur on it. */
  needless: readonly Needless[];
  /** How many pairs are not judged, so that something may be wrong with them. */
  notJudged: number;
  /** Codes that could not be looked for, since kinds of objects could not be read. */
  notLookedFor: readonly { code: string; kinds: readonly string[] }[];
}

export interface Needless {
  object: string;
  code: string;
  /** Whether there is such a code. */
  known: boolean;
}

const order: readonly Severity[] = ['error', 'warning', 'note'];

/** Returns what is wrong with a mesh, or does not do what it seems to do. */
export function lintOf(mesh: SurveyedMesh): Lint {
  const survey = surveyOf(mesh);
  const base = contextOf(survey);
  const context = { ...base, refusals: refusalsIn(base) };
  const unread = new Set(mesh.snapshot.unread.map(({ kind }) => kind));
  const places = placesIn(mesh);
  const notLookedFor: { code: string; kinds: string[] }[] = [];
  const found: Finding[] = [];
  for (const { code, severity, remedy, needs = [], find } of checks) {
    const kinds = needs.filter((kind) => unread.has(kind));
    if (kinds.length > 0) {
      notLookedFor.push({ code, kinds });
      continue;
    }
    const own = find(context).map((problem) => ({
      ...problem,
      code,
      severity,
      remedy,
      place: places.get(problem.subject.name),
    }));
    found.push(...own);
  }
  const accepting = acceptedIn(mesh);
  const isAccepted = ({ subject, code }: Finding): boolean => accepting.get(subject.name)?.includes(code) ?? false;
  return {
    mesh,
    findings: found.filter((one) => !isAccepted(one)).sort(worstFirst),
    accepted: found.filter(isAccepted).sort(worstFirst),
    needless: needlessOf(accepting, found),
    notJudged: countsOf(survey).unknown,
    notLookedFor,
  };
}

/** Returns whether something is wrong, or does not do what it seems to do. */
export function isFaulty({ findings }: Lint): boolean {
  return findings.some(({ severity }) => severity !== 'note');
}

function worstFirst(a: Finding, b: Finding): number {
  const bySeverity = order.indexOf(a.severity) - order.indexOf(b.severity);
  return (
    bySeverity ||
    compare(a.place?.file, b.place?.file) ||
    compare(a.place?.line, b.place?.line) ||
    compare(a.subject.name, b.subject.name)
  );
}

function compare<T extends string | number>(a: T | undefined, b: T | undefined): number {
  if (a === b || a === undefined || b === undefined) return 0;
  return a < b ? -1 : 1;
}

function placesIn({ snapshot }: SurveyedMesh): ReadonlyMap<string, Place> {
  return new Map([...snapshot.places].map(([object, place]) => [nameOf(object), place]));
}

function needlessOf(accepting: ReturnType<typeof acceptedIn>, found: readonly Finding[]): Needless[] {
  return [...accepting].flatMap(([object, codes]) =>
    codes
      .filter((code) => !found.some((one) => one.code === code && one.subject.name === object))
      .map((code) => ({ object, code, known: checks.some((one) => one.code === code) })),
  );
}

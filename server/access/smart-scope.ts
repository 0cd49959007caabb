import { Fault } from '../kernel/fault.ts';
import type { Action } from './access.ts';
import { readCriteria, type CriteriaContext } from './criteria.ts';

/** A scope for resources. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
export interface SmartScope {
  readonly level: 'patient' | 'user' | 'system';
  /** `*`: every type. */
  readonly type: string;
  readonly actions: ReadonlySet<Action>;
  /** FHIR search that limits it, without `?`. */
  readonly query: string | undefined;
}

/** The letters of SMART 2 stand in the order c, r, u, d, s. */
const SCOPE = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]*)\.(read|write|\*|(?=[cruds])c?r?u?d?s?)(?:\?(.+))?$/s;
const MAX_LENGTH = 1000;

const LETTERS: Readonly<Record<string, Action>> = {
  c: 'create',
  r: 'read',
  u: 'update',
  d: 'delete',
  s: 'search',
};
/** What the words of SMART 1 mean. */
const WORDS: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/**
 * Reads one scope, as SMART 1 (`patient/Observation.read`) or SMART 2 (`patient/Observation.rs?category=laboratory`).
 * @returns undefined for what is no scope for resources, is malformed, names a type that does not exist, or is limited by
 * a search that cannot limit access: it grants nothing
 */
export function parseSmartScope(text: string, context: CriteriaContext): SmartScope | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = SCOPE.exec(text);
  if (match === null) return undefined;
  const [, level, type = '', access = '', query] = match;
  if (type !== '*' && !context.definitions.isResourceType(type)) return undefined;
  const word = WORDS[access];
  if (query !== undefined && (type === '*' || word !== undefined || !isUsable(context, type, query))) return undefined;
  const actions = new Set(
    [...(word ?? access)].map((letter) => LETTERS[letter]).filter((action) => action !== undefined),
  );
  return { level: level as SmartScope['level'], type, actions, query };
}

function isUsable(context: CriteriaContext, type: string, query: string): boolean {
  try {
    return readCriteria(context, type, query).variables.length === 0;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

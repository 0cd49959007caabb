import { Fault } from '../kernel/fault.ts';
import type { Allowed } from './access.ts';
import { allOf } from './algebra.ts';
import { bindCriteria, readCriteria, type Criteria, type CriteriaContext, type Variables } from './criteria.ts';
import type { Deny } from './grant.ts';
import { membersOf } from './members.ts';

const read = new WeakMap<Deny, WeakMap<CriteriaContext['registry'], Map<string, Criteria | undefined>>>();

/** The resources of a type that a grant speaks of; undefined when that cannot be told: then it grants nothing, and a deny takes everything. */
export function selectedBy(
  context: CriteriaContext,
  grant: Deny,
  type: string,
  values: Variables,
): Allowed | undefined {
  const parts: Allowed[] = [];
  if (grant.compartment !== undefined) {
    const { code, variable } = grant.compartment;
    const prefix = `${code}/`;
    const ids = (values.get(variable) ?? [])
      .filter((ref) => ref.startsWith(prefix))
      .map((ref) => ref.slice(prefix.length));
    if (ids.length === 0) return undefined;
    parts.push(membersOf(context.registry, code, type, ids));
  }
  if (grant.criteria !== undefined) {
    const criteria = criteriaOf(context, grant, grant.criteria, type);
    const bound = criteria && bindCriteria(criteria, values);
    if (bound === undefined) return undefined;
    parts.push(...bound);
  }
  return allOf(parts);
}

/** Read once for each type, as long as the search parameters stay. */
function criteriaOf(context: CriteriaContext, grant: Deny, text: string, type: string): Criteria | undefined {
  const byRegistry = read.get(grant) ?? new WeakMap<CriteriaContext['registry'], Map<string, Criteria | undefined>>();
  read.set(grant, byRegistry);
  const byType = byRegistry.get(context.registry) ?? new Map<string, Criteria | undefined>();
  byRegistry.set(context.registry, byType);
  if (!byType.has(type)) byType.set(type, tryRead(context, type, text));
  return byType.get(type);
}

function tryRead(context: CriteriaContext, type: string, text: string): Criteria | undefined {
  try {
    return readCriteria(context, type, text);
  } catch (error) {
    // A parameter that is being indexed, or that was taken away since the role was stored.
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

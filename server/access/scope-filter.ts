import type { Action, Allowed } from './access.ts';
import { allOf, anyOf } from './algebra.ts';
import { readCriteria, type CriteriaContext } from './criteria.ts';
import { membersOf } from './members.ts';
import type { Principal } from './principal.ts';
import { parseSmartScope, type SmartScope } from './smart-scope.ts';
import { isAboutNobody } from './type-groups.ts';

/** The scopes of a principal that are for resources; undefined: not limited by scopes. */
export function smartScopesOf(context: CriteriaContext, { scopes }: Principal): readonly SmartScope[] | undefined {
  return scopes?.map((text) => parseSmartScope(text, context)).filter((scope) => scope !== undefined);
}

/** What the scopes let through of a type, whatever the roles allow. */
export function scopedBy(
  context: CriteriaContext,
  scopes: readonly SmartScope[] | undefined,
  principal: Principal,
  type: string,
  action: Action,
): Allowed {
  if (scopes === undefined) return 'all';
  const matching = scopes.filter((scope) => (scope.type === '*' || scope.type === type) && scope.actions.has(action));
  return anyOf(matching.map((scope) => oneScope(context, scope, principal, type, action)));
}

function oneScope(
  context: CriteriaContext,
  scope: SmartScope,
  principal: Principal,
  type: string,
  action: Action,
): Allowed {
  // Apps act for a person, systems for themselves: the other one's scopes say nothing.
  if ((scope.level === 'system') !== (principal.kind === 'client')) return 'none';
  const limits = scope.query === undefined ? [] : readCriteria(context, type, scope.query).filters;
  return allOf([scope.level === 'patient' ? ofPatient(context, principal, type, action) : 'all', ...limits]);
}

/** What belongs to the patient in context, and what apps need to understand it. */
function ofPatient({ registry }: CriteriaContext, { patient }: Principal, type: string, action: Action): Allowed {
  if (patient === undefined) return 'none';
  if (isAboutNobody(type)) return action === 'read' || action === 'search' ? 'all' : 'none';
  return membersOf(registry, 'Patient', type, [patient]);
}

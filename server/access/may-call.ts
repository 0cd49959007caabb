import type { Role } from './grant.ts';
import type { SmartScope } from './smart-scope.ts';

/** Operations whose every read and write is decided for itself, so that anybody who is signed in may call them. */
const EVERYBODY: ReadonlySet<string> = new Set([
  'batch-validate-code',
  'closure',
  'everything',
  'expand',
  'fhirpath',
  'find-matches',
  'lookup',
  'meta',
  'meta-add',
  'meta-delete',
  'packages',
  'smart-launch',
  'smart-launch',
  'snapshot',
  'subsumes',
  'translate',
  'validate',
  'validate-code',
]);

/** Whoever may do everything with the server still may not open patients' records. */
const CLINICAL = 'break-glass';

/**
 * @param type on which it is called; undefined: on the system
 * @param scopes undefined: not limited by scopes
 */
export function mayCall(
  code: string,
  type: string | undefined,
  roles: readonly Role[],
  scopes: readonly SmartScope[] | undefined,
): boolean {
  if (EVERYBODY.has(code)) return scopes === undefined ? roles.length > 0 : scopes.length > 0;
  const isNamed = roles.some(({ operations }) => {
    return operations.includes(code) || (operations.includes('*') && code !== CLINICAL);
  });
  return isNamed && (scopes?.some((scope) => isWhole(scope, type)) ?? true);
}

/**
 * An operation that a role names can be called by an app only with the whole of what its user may do; of one patient's data
 * only what is called on a Patient, who has to be the one in context to be seen at all.
 */
function isWhole({ level, type, actions, query }: SmartScope, place: string | undefined): boolean {
  const isPlace = level !== 'patient' || place === 'Patient';
  return isPlace && type === '*' && query === undefined && actions.size === 5;
}

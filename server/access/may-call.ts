import type { Role } from './grant.ts';
import type { SmartScope } from './smart-scope.ts';

/** Operations whose every read and write is decided for itself, so that anybody who is signed in may call them. */
const EVERYBODY: ReadonlySet<string> = new Set([
  'batch-validate-code',
  'closure',
  'events',
  'everything',
  'expand',
  'fhirpath',
  'find-matches',
  'get-ws-binding-token',
  'graphql',
  'lookup',
  'meta',
  'meta-add',
  'meta-delete',
  'modules',
  'packages',
  'report',
  'reports',
  'smart-launch',
  'snapshot',
  'status',
  'subscription-secret',
  'subsumes',
  'translate',
  'validate',
  'validate-code',
]);

/**
 * Named by a role, and every read is decided for itself: any scope of the whole system will do, since those limit the types.
 * Whoever acts for a person or with one patient's data may not take everything along.
 */
const EXPORT = 'export';

/** What it is called on names the roles that may call it: bots. */
const NAMED_THERE = 'execute';

/** Whoever may do everything with the server still may not open patients' records, nor see or decide what messages say of them. */
const CLINICAL: ReadonlySet<string> = new Set(['break-glass', 'hl7-dismiss', 'hl7-edit', 'hl7-message', 'hl7-preview']);

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
    return operations.includes(code) || code === NAMED_THERE || (operations.includes('*') && !CLINICAL.has(code));
  });
  if (code === EXPORT) return isNamed && (scopes?.some(({ level }) => level === 'system') ?? true);
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

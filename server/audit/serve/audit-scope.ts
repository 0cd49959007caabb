import type { Access, Action } from '../../access/access.ts';
import type { Filter } from '../../search/tree.ts';
import type { StoredAudit } from '../../storage/audit-read.ts';
import { isClientKind } from '../kinds.ts';

/** The patients about whom events may be seen, by id. */
export type AuditScope = 'all' | ReadonlySet<string>;

const NONE: AuditScope = new Set();

/** What of the audit trail may be seen: all of it, what is about some patients, or nothing. */
export function auditScope(access: Access, action: Action): AuditScope {
  const allowed = access.allowed('AuditEvent', action);
  if (allowed === 'all') return 'all';
  return allowed === 'none' ? NONE : scopeOf(allowed);
}

/** A condition that is not about patients' compartments cannot be checked here: then nothing may be seen. */
function scopeOf(filter: Filter): AuditScope {
  if (filter.kind === 'compartment') return filter.compartment === 'Patient' ? new Set(filter.ids) : NONE;
  if (filter.kind === 'type') {
    const own = filter.branches.filter(({ type }) => type === 'AuditEvent');
    return union(own.map((branch) => scopeOf(branch.filter)));
  }
  if (filter.kind === 'or') return union(filter.filters.map(scopeOf));
  if (filter.kind === 'and') {
    return filter.filters.length === 0 ? 'all' : filter.filters.map(scopeOf).reduce(both);
  }
  return NONE;
}

function union(scopes: readonly AuditScope[]): AuditScope {
  const ids = new Set<string>();
  for (const scope of scopes) {
    if (scope === 'all') return 'all';
    for (const id of scope) ids.add(id);
  }
  return ids;
}

function both(a: AuditScope, b: AuditScope): AuditScope {
  if (a === 'all') return b;
  return b === 'all' ? a : new Set([...a].filter((id) => b.has(id)));
}

/**
 * An event as those may see it who may see events about some patients: of one that concerns others as well, without
 * these, what was returned, and the query. Undefined: what a client sent about several patients, which stays whole or hidden.
 */
export function limitedTo(row: StoredAudit, scope: AuditScope): StoredAudit | undefined {
  const all = row.patients ?? [];
  if (scope === 'all') return row;
  const own = all.filter((reference) => scope.has(reference.slice('Patient/'.length)));
  if (own.length === all.length) return row;
  if (isClientKind(row.kind)) return undefined;
  return { ...row, patients: own, found: null, detail: null };
}

import type { ReferenceReader } from '../search/index/reference-target.ts';
import type { Db } from '../storage/db.ts';
import { readOpenGlass } from './break-glass.ts';
import { readConsentRules } from './consent/consent-store.ts';
import { makeConsentRules } from './consent/make-consent-rules.ts';
import type { ConsentRule, Provision } from './consent/consent-rule.ts';
import type { CompileContext } from '../search/compile/compile-search.ts';
import type { Role } from './grant.ts';
import type { BreakGlass } from './principal.ts';
import { knownRoles, type RoleContribution } from './known-roles.ts';
import { readStoredRoles } from './stored-roles.ts';

/** What decides about access in one tenant, as it was read at one moment. */
export interface TenantPolicies {
  /** By name; undefined: its definition cannot be read, so whoever has it sees nothing. */
  readonly roles: ReadonlyMap<string, Role | undefined>;
  readonly consents: readonly ConsentRule[];
  /** Moments at which a consent begins or ends to count; ascending. */
  readonly turns: readonly number[];
  /** By account. */
  readonly openGlass: ReadonlyMap<string, BreakGlass>;
}

/** A definition of a policy that cannot be read. */
export interface PolicyAlarm {
  readonly tenant: number;
  readonly role: string;
  readonly problems: readonly string[];
}

export async function readTenantPolicies(
  db: Db,
  tenant: number,
  context: CompileContext,
  readReference: ReferenceReader,
  contributions: readonly RoleContribution[],
  onAlarm: (alarm: PolicyAlarm) => void,
): Promise<TenantPolicies> {
  const roles = new Map<string, Role | undefined>();
  const brought = [...knownRoles(contributions, context)].map(([name, reading]) => ({ name, reading }));
  for (const { name, reading } of [...brought, ...(await readStoredRoles(db, tenant, context))]) {
    if ('role' in reading) roles.set(name, reading.role);
    else {
      roles.set(name, undefined);
      onAlarm({ tenant, role: name, problems: reading.problems });
    }
  }
  await makeConsentRules(db, tenant, context.definitions.typeId('Consent'), readReference);
  const consents = await readConsentRules(db, tenant);
  const turns = new Set(consents.flatMap(({ provision }) => turnsOf(provision)));
  return {
    roles,
    consents,
    turns: [...turns].sort((a, b) => a - b),
    openGlass: await readOpenGlass(db, tenant, context.now),
  };
}

function turnsOf({ starts, ends, exceptions }: Provision): readonly number[] {
  const own = [starts, ends].filter((at) => at !== undefined);
  return [...own, ...exceptions.flatMap(turnsOf)];
}

import type { Definitions } from '../definitions/definitions.ts';
import type { CompileContext } from '../search/compile/compile-search.ts';
import type { Hasher } from '../search/index/key.ts';
import type { Indexer } from '../search/index/indexer.ts';
import { createReferenceReader } from '../search/index/reference-target.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import type { Db, Queryable } from '../storage/db.ts';
import { liveVersion } from '../storage/live-version.ts';
import { unrestricted, type Access } from './access.ts';
import { buildAccess, NOTHING, type Decisions } from './build-access.ts';
import type { RoleContribution } from './known-roles.ts';
import { momentOf, type Moment } from './moment.ts';
import type { Principal } from './principal.ts';
import { readTenantPolicies, type PolicyAlarm, type TenantPolicies } from './tenant-policies.ts';
import { resolveVariables } from './variables.ts';

export interface PoliciesOptions {
  readonly definitions: Definitions;
  registry(): SearchRegistry;
  indexer(): Indexer;
  hasher(tenant: number): Hasher;
  /** The installation's connections, for the number of the last change. */
  readonly db: Queryable;
  /** A tenant's connections. */
  dbOf(tenant: number): Db;
  /** Own base URLs, below which references count as relative. */
  readonly baseUrls: readonly string[];
  /** Roles that modules bring to the tenant; default: none. */
  contributedRoles?(tenant: number): readonly RoleContribution[];
  /** What holds in the tenant where no Consent of a patient says something. */
  consentOf(tenant: number): 'opt-in' | 'opt-out';
  now(): number;
  /** A policy that cannot be read: somebody has to look at it; until then it lets nobody in. */
  onAlarm(alarm: PolicyAlarm): void;
}

/** What everybody may do, worked out when somebody comes and kept as long as nothing changes. */
export interface Policies {
  /** Rejects when policies cannot be read, and then nobody is let in. */
  access(principal: Principal): Access | Promise<Access>;
  /** Forgets what has changed in the database; to be called at least every two seconds (fhir/live/lease.ts). */
  check(): Promise<void>;
}

const MAX_KEPT = 2000;

/** What was decided for equal principals. */
interface Kept extends Moment {
  readonly decisions: Decisions;
  readonly policies: TenantPolicies;
  readonly registry: SearchRegistry;
  readonly consent: 'opt-in' | 'opt-out';
}

/** The same for one principal object, which a session or token may use for many requests. */
interface Known {
  readonly kept: Kept;
  readonly access: Access;
}

export function createPolicies(options: PoliciesOptions): Policies {
  const { definitions, now, dbOf } = options;
  const loading = new Map<number, Promise<TenantPolicies>>();
  const loaded = new Map<number, TenantPolicies>();
  const kept = new Map<string, Kept>();
  const building = new Map<string, Promise<Kept>>();
  const known = new WeakMap<Principal, Known>();
  const readReference = createReferenceReader((name) => definitions.isResourceType(name), options.baseUrls);
  let version: number | undefined;

  function contextOf(tenant: number): CompileContext {
    return { definitions, registry: options.registry(), hasher: options.hasher(tenant), now: now() };
  }

  function policiesOf(tenant: number): Promise<TenantPolicies> {
    let policies = loading.get(tenant);
    if (policies === undefined) {
      const roles = options.contributedRoles?.(tenant) ?? [];
      const own = readTenantPolicies(dbOf(tenant), tenant, contextOf(tenant), readReference, roles, options.onAlarm);
      loading.set(tenant, (policies = own));
      own.then(
        (read) => {
          // Unless it was forgotten meanwhile.
          if (loading.get(tenant) === own) loaded.set(tenant, read);
        },
        () => {
          if (loading.get(tenant) === own) loading.delete(tenant);
        },
      );
    }
    return policies;
  }

  function isCurrent({ policies, registry, consent, until }: Kept, tenant: number): boolean {
    return (
      now() < until &&
      loaded.get(tenant) === policies &&
      registry === options.registry() &&
      consent === options.consentOf(tenant)
    );
  }

  async function build(key: string, principal: Principal): Promise<Kept> {
    const { tenant } = principal;
    const policies = await policiesOf(tenant);
    const context = contextOf(tenant);
    const consent = options.consentOf(tenant);
    const moment = await momentOf(principal, policies, context.now, (wanted) =>
      resolveVariables(dbOf(tenant), context, principal, wanted),
    );
    const before = kept.get(key);
    const isSame =
      before?.policies === policies &&
      before.registry === context.registry &&
      before.consent === consent &&
      before.fingerprint === moment.fingerprint;
    const decisions = isSame ? before.decisions : decide(context, moment, policies, consent);
    const entry: Kept = { ...moment, decisions, policies, registry: context.registry, consent };
    kept.delete(key);
    if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? '');
    kept.set(key, entry);
    return entry;
  }

  function decide(
    context: CompileContext,
    { principal, roles, variables }: Moment,
    { consents }: TenantPolicies,
    mode: Kept['consent'],
  ): Decisions {
    if (roles === undefined) return NOTHING;
    const { now: at } = context;
    const indexer = options.indexer();
    return buildAccess({ context, indexer, principal, roles, variables, consents: { rules: consents, mode }, now: at });
  }

  function accessOf(principal: Principal, entry: Kept): Access {
    const { breakGlass } = entry.principal;
    const { breakGlass: _claimed, ...claims } = principal;
    const access = { ...entry.decisions, principal: breakGlass === undefined ? claims : { ...claims, breakGlass } };
    known.set(principal, { kept: entry, access });
    return access;
  }

  return {
    access(principal) {
      const { tenant } = principal;
      if (principal.kind === 'server') return unrestricted(tenant);
      const same = known.get(principal);
      if (same !== undefined && isCurrent(same.kept, tenant)) return same.access;
      const key = keyOf(principal);
      const equal = kept.get(key);
      if (equal !== undefined && isCurrent(equal, tenant)) return accessOf(principal, equal);
      let entry = building.get(key);
      if (entry === undefined) {
        entry = build(key, principal).finally(() => building.delete(key));
        building.set(key, entry);
      }
      return entry.then((built) => accessOf(principal, built));
    },
    async check() {
      const current = await liveVersion(options.db, 'policies');
      if (current === version) return;
      version = current;
      loading.clear();
      loaded.clear();
    },
  };
}

/** Everything that decides; by which token it is known does not. */
function keyOf(principal: Principal): string {
  const { tenant, kind, account, fhirUser, client, roles, scopes, patient, purposes, signedIn } = principal;
  return JSON.stringify([tenant, kind, account, fhirUser, client, roles, scopes, patient, purposes, signedIn]);
}

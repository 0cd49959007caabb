import type { Ctx, Engine } from '../fhir/engine.ts';
import { isResourceVisible, visibleResource } from '../fhir/interactions/visible.ts';
import { allowedRows } from '../fhir/search/allowed-rows.ts';
import { visibleTargets } from '../fhir/search/visible-targets.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import type { Queryable } from '../storage/db.ts';
import { arrayLiteral } from '../storage/index-columns.ts';
import type { ExportOrder } from './order.ts';

/** Roles in table bulk_ref. */
export const COHORT = 0;
export const SUPPORTING = 1;

const AT_ONCE = 1000;

/** The patients of an export, as far as the caller may see them; undefined: all of those. */
export interface Cohort {
  readonly patients: readonly string[] | undefined;
  /** References that were asked for and are not exported. */
  readonly missing: readonly string[];
}

/** Members as they are now. https://hl7.org/fhir/R4/group-definitions.html#Group.member */
export async function cohortOf(
  engine: Engine,
  ctx: Ctx,
  { level, group = '', patients }: ExportOrder,
): Promise<Cohort> {
  if (level === 'patient' && patients === undefined) return { patients: undefined, missing: [] };
  const members = level === 'group' ? await membersOf(engine, ctx, group) : undefined;
  const wanted = patients ?? members ?? [];
  const candidates = members === undefined ? wanted : wanted.filter((reference) => members.includes(reference));
  const seen = new Set(await visible(engine, ctx, candidates));
  return {
    patients: candidates.filter((reference) => seen.has(reference)),
    missing: patients?.filter((reference) => !seen.has(reference)) ?? [],
  };
}

/** @throws Fault 404 when the caller may not read the Group */
async function membersOf(engine: Engine, ctx: Ctx, id: string): Promise<readonly string[]> {
  const { actual, member = [] } = await visibleResource(engine, ctx, '$export', 'Group', id);
  if (actual !== true || !Array.isArray(member)) return [];
  const now = ctx.now();
  const active = member.filter(isObject).filter((one) => isActive(one, now));
  const references = active.map(({ entity }) => (isObject(entity) ? localPatient(ctx, entity) : undefined));
  return [...new Set(references.filter((reference) => reference !== undefined))];
}

function isActive({ inactive, period }: JsonObject, now: number): boolean {
  const end = isObject(period) && typeof period.end === 'string' ? Date.parse(endOf(period.end)) : Infinity;
  return inactive !== true && !(end < now);
}

/** A day is over when it ends. */
function endOf(text: string): string {
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) ? `${text}T23:59:59.999Z` : text;
}

function localPatient({ baseUrl }: Ctx, { reference }: JsonObject): string | undefined {
  if (typeof reference !== 'string') return undefined;
  const relative = reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference;
  return /^(Patient\/[A-Za-z0-9.-]{1,64})(?:\/_history\/[0-9]+)?$/.exec(relative)?.[1];
}

/** Deleted ones are seen too when they could be: that they were deleted is part of an export. */
async function visible(engine: Engine, ctx: Ctx, references: readonly string[]): Promise<readonly string[]> {
  const hasher = engine.hasher(ctx.tenant);
  const seen: string[] = [];
  for (let start = 0; start < references.length; start += AT_ONCE) {
    const page = references.slice(start, start + AT_ONCE);
    const live = await visibleTargets(
      engine,
      ctx,
      page.map((reference) => ({
        type: 'Patient',
        id: reference.slice(8),
        target: hasher.target(reference),
        expression: 'Group.member.entity',
      })),
    );
    for (const reference of page) {
      const isLive = live.has(hasher.target(reference));
      if (isLive || (await isResourceVisible(engine, ctx, 'Patient', reference.slice(8)))) seen.push(reference);
    }
  }
  return seen;
}

/** Keeps the patients, so that the export goes on with the same ones whatever becomes of the Group. */
export async function keepCohort(
  engine: Engine,
  ctx: Ctx,
  tx: Queryable,
  work: string,
  { patients }: Cohort,
): Promise<void> {
  const { tenant } = ctx;
  if (patients !== undefined) {
    const hasher = engine.hasher(tenant);
    const refs = patients.map((reference) => hasher.target(reference));
    await tx.query({
      name: 'bulk_cohort',
      text: 'insert into bulk_ref (tenant, work, role, ref) select $1, $2, $3, unnest($4::bigint[]) on conflict do nothing',
      values: [tenant, work, COHORT, arrayLiteral(refs)],
    });
    return;
  }
  const values: unknown[] = [tenant, work, COHORT, engine.definitions.typeId('Patient')];
  const allowed = allowedRows(engine, ctx, ['Patient'], 'read', 'search');
  await tx.query({
    text:
      `insert into bulk_ref (tenant, work, role, ref) select $1, $2::uuid, $3::smallint, r.ref from resource r ` +
      `where r.tenant = $1 and r.type = $4 and r.pid > 0${allowed === undefined ? '' : ` and ${allowed('r', values)}`} on conflict do nothing`,
    values,
  });
}

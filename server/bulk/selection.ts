import type { Ctx, Engine } from '../fhir/engine.ts';
import { allowedIn } from '../fhir/search/allowed-rows.ts';
import { compileContext } from '../fhir/search/compile-context.ts';
import { rowCondition, type AllowedOf, type RowCondition } from '../search/compile/allowed.ts';
import { arrayLiteral } from '../storage/index-columns.ts';
import { COHORT } from './cohort.ts';
import { compartmentSlots } from './compartment-slots.ts';
import type { ExportOrder } from './order.ts';
import { readTypeFilters } from './type-filters.ts';

/** Which rows of `resource` belong to an export. */
export interface Selection {
  /** Numbers of the types that rows may have. */
  readonly types: readonly number[];
  readonly condition: RowCondition;
  /** Types outside of the compartment: their resources come when an exported one refers to them. Empty for the system. */
  readonly supporting: { readonly types: readonly number[]; readonly condition: RowCondition };
}

const PROVENANCE = 'Provenance';

/** What the order asks for, as far as the caller may read and find it now. */
export async function selectionOf(engine: Engine, ctx: Ctx, work: string, order: ExportOrder): Promise<Selection> {
  const { definitions, registry } = engine;
  const isSystem = order.level === 'system';
  const inside = isSystem
    ? order.types
    : order.types.filter((type) => type === 'Patient' || registry.compartmentParams('Patient', type).length > 0);
  const outside = order.types.filter((type) => !inside.includes(type));
  const filters = await readTypeFilters(engine, ctx, order.typeFilters);
  const wanted: AllowedOf = (type) => {
    const allowed = allowedIn(ctx.access, type, ['read', 'search']);
    const filter = filters.get(type);
    if (filter === undefined || allowed === 'none') return allowed;
    return allowed === 'all' ? filter : { kind: 'and', filters: [allowed, filter] };
  };
  const asked = rowCondition(compileContext(engine, ctx), inside, wanted);
  const cohort = isSystem ? undefined : inCohort(engine, ctx, work);
  const since = ({ since: time }: ExportOrder, alias: string, values: unknown[]): string =>
    time === undefined ? '' : ` and ${alias}.updated > $${values.push(time)}`;
  const main: RowCondition = (alias, values) =>
    `(${asked(alias, values)}${cohort === undefined ? '' : ` and ${cohort(alias, values)}`}${since(order, alias, values)})`;
  const associated = associatedRows(engine, ctx, order, inside, main);
  return {
    types: [...inside, ...(associated === undefined ? [] : [PROVENANCE])].map((type) => definitions.typeId(type)),
    condition: (alias, values) =>
      associated === undefined ? main(alias, values) : `(${main(alias, values)} or ${associated(alias, values)})`,
    supporting: {
      types: outside.map((type) => definitions.typeId(type)),
      condition: (alias, values) =>
        rowCondition(compileContext(engine, ctx), outside, wanted)(alias, values) + since(order, alias, values),
    },
  };
}

/** The patients themselves, and what refers to one of them as CompartmentDefinition says. */
function inCohort(engine: Engine, { tenant }: Ctx, work: string): RowCondition {
  const slots = compartmentSlots(engine);
  return (alias, values) => {
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const [owner, id, list] = [bind(tenant), bind(work), bind(arrayLiteral([...slots]))];
    const member = (ref: string): string =>
      `c.tenant = ${owner}::smallint and c.work = ${id}::uuid and c.role = ${COHORT} and c.ref = ${ref}`;
    return (
      `(exists (select from bulk_ref c where ${member(`${alias}.ref`)}) or exists (select from ix_ref x join bulk_ref c on ` +
      `${member('x.target')} where x.pid = ${alias}.pid and (x.key >> 48) = any(${list}::bigint[])))`
    );
  };
}

/** Provenance of exported resources. https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters */
function associatedRows(
  engine: Engine,
  ctx: Ctx,
  { associated }: ExportOrder,
  types: readonly string[],
  main: RowCondition,
): RowCondition | undefined {
  const { definitions, registry } = engine;
  const allowed = allowedIn(ctx.access, PROVENANCE, ['read', 'search']);
  if (associated === undefined || allowed === 'none') return undefined;
  const readable = rowCondition(compileContext(engine, ctx), [PROVENANCE], () => allowed);
  const slots = (registry.param(PROVENANCE, 'target')?.slots ?? []).map(({ slot }) => slot.id);
  const targets = types.filter((type) => type !== PROVENANCE).map((type) => definitions.typeId(type));
  return (alias, values) => {
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const [owner, list, some] = [bind(ctx.tenant), bind(arrayLiteral(slots)), bind(arrayLiteral(targets))];
    const refersTo = (one: string, x: string): string =>
      `${x}.pid = ${one} and (${x}.key >> 48) = any(${list}::bigint[])`;
    // Of the latest ones: nothing newer is about the same resource, as far as the caller may know.
    const newer =
      associated === 'RelevantProvenanceResources'
        ? ''
        : ` and not exists (select from ix_ref y join resource n on n.pid = y.pid and n.tenant = ${owner}::smallint ` +
          `where y.key = x.key and y.target = x.target and (n.updated, n.pid) > (${alias}.updated, ${alias}.pid) and ${readable('n', values)})`;
    return (
      `(${alias}.type = ${definitions.typeId(PROVENANCE)} and ${readable(alias, values)} and exists (select from ix_ref x ` +
      `join resource t on t.ref = x.target and t.tenant = ${owner}::smallint and t.type = any(${some}::smallint[]) ` +
      `where ${refersTo(`${alias}.pid`, 'x')} and ${main('t', values)}${newer}))`
    );
  };
}

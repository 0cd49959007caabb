import type { Image, ProjectionTables, TypeName } from '#sdk';
import { lotIn } from '../lot.ts';
import { placeIn } from '../place.ts';
import { policyIn } from '../policy.ts';
import { productIn } from '../product.ts';
import { imagesOf } from './images.ts';

interface Row {
  readonly id: string;
}

/** Places, products, lots and policies: a row for each that is well-formed. */
export async function projectMasterData(images: readonly Image<TypeName>[], tables: ProjectionTables): Promise<void> {
  await rows(tables, 'stock_place', imagesOf(images, 'Location', placeIn), {
    columns: 'kind, zone, part_of',
    from: '"kind" text, "zone" text, "partOf" text',
    select: 'kind, zone, "partOf"',
  });
  await rows(tables, 'stock_product', imagesOf(images, 'MedicationKnowledge', productIn), {
    columns: 'base_unit, packs',
    from: '"baseUnit" text, "packs" jsonb',
    select: '"baseUnit", packs',
  });
  await rows(tables, 'stock_lot', imagesOf(images, 'Medication', lotIn), {
    columns: 'product, lot_number, manufacturer, expires_on, status',
    from: '"product" text, "lotNumber" text, "manufacturer" text, "expiresOn" date, "status" text',
    select: 'product, "lotNumber", manufacturer, "expiresOn", status',
  });
  await rows(tables, 'stock_policy', imagesOf(images, 'Basic', policyIn), {
    columns: 'product, location, minimum, maximum, reorder_point, lead_time, issue_order, minimum_shelf_life, supplier',
    from:
      '"product" text, "location" text, "minimum" bigint, "maximum" bigint, "reorderPoint" bigint, "leadTime" int, ' +
      '"issueOrder" text, "minimumShelfLife" int, "supplier" text',
    select:
      'product, location, minimum, maximum, "reorderPoint", "leadTime", "issueOrder", "minimumShelfLife", supplier',
  });
}

interface Mapping {
  readonly columns: string;
  /** Of the JSON that rows come as. */
  readonly from: string;
  readonly select: string;
}

/** Takes away first, then adds: two resources of a Bundle may exchange what is unique. */
async function rows(
  tables: ProjectionTables,
  table: string,
  { before, after }: { readonly before: readonly Row[]; readonly after: readonly Row[] },
  { columns, from, select }: Mapping,
): Promise<void> {
  if (before.length > 0) {
    const ids = before.map(({ id }) => id);
    await tables.query(`delete from @${table} where tenant = $1 and id = any($2::text[])`, [tables.tenant, ids]);
  }
  if (after.length > 0) {
    await tables.query(
      `insert into @${table} (tenant, id, ${columns})
       select $1, id, ${select} from jsonb_to_recordset($2::jsonb) x("id" text, ${from}) order by id`,
      [tables.tenant, JSON.stringify(after)],
    );
  }
}

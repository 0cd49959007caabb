import type { Engine } from '../../server/fhir/engine.ts';

/** Types that {@link storeMany} stores by turns. */
const TYPES = ['Patient', 'Observation', 'Condition'];

/** Stores resources past the server, which would take hours for a million; nothing can be searched. */
export async function storeMany({ db, definitions }: Engine, count: number, filler: number): Promise<void> {
  const types = TYPES.map((type) => definitions.typeId(type));
  const AT_ONCE = 50_000;
  for (let from = 0; from < count; from += AT_ONCE) {
    await db.query({
      text:
        `insert into resource (pid, ref, updated, sort_at, version, tenant, type, method, id, present, body) ` +
        `select 10000000 + i, 10000000 + i, 1700000000000 + i, 0, 1, 1, ($3::smallint[])[1 + i % ${TYPES.length}], 0, 'r' || i, '', ` +
        `'},"text":{"status":"generated","div":"' || left(repeat(md5(i::text), 1 + $4 / 32), $4) || '"}}' from generate_series($1::integer, $2::integer) i`,
      values: [from, Math.min(from + AT_ONCE, count) - 1, `{${types.join(',')}}`, filler],
    });
  }
}

import { defineProjection, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { movedBy, PATIENTS } from '../vault/moved.ts';

/** What one movement adds to what was handed out because of something, or took back. */
interface Share {
  /** `MedicationDispense/1`, `MedicationAdministration/1` */
  readonly cause: string;
  readonly lot: string;
  readonly issued: number;
  readonly returned: number;
}

/** What patients got by each dispense and each dose, and what came back of it, by lot: never more than they got. */
export const handedOut = defineProjection<'SupplyDelivery'>({
  name: 'pharmacy.handed-out',
  version: 1,
  on: ['SupplyDelivery'],
  tables: ['handed_out'],
  ddl: `create table @handed_out (
    tenant smallint not null,
    cause text not null,
    lot text not null,
    issued bigint not null,
    returned bigint not null,
    primary key (tenant, cause, lot),
    constraint returned_within_issued check (returned between 0 and issued)
  )`,
  constraints: { returned_within_issued: () => faults.moreThanDispensed() },
  async project(images, tables) {
    const sums = new Map<string, Share>();
    for (const { before, after } of images) {
      for (const [share, sign] of [
        [shareOf(before), -1],
        [shareOf(after), 1],
      ] as const) {
        if (share === undefined) continue;
        const key = `${share.cause} ${share.lot}`;
        const { issued = 0, returned = 0 } = sums.get(key) ?? {};
        sums.set(key, {
          ...share,
          issued: issued + sign * share.issued,
          returned: returned + sign * share.returned,
        });
      }
    }
    const changes = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, share]) => share);
    if (changes.length === 0) return;
    const keys = [changes.map(({ cause }) => cause), changes.map(({ lot }) => lot)];
    await tables.query(
      `insert into @handed_out as h (tenant, cause, lot, issued, returned)
       select $1, u.cause, u.lot, 0, 0 from unnest($2::text[], $3::text[]) with ordinality u(cause, lot, n) order by n
       on conflict (tenant, cause, lot) do update set issued = h.issued`,
      [tables.tenant, ...keys],
    );
    await tables.query(
      `update @handed_out h set issued = h.issued + u.issued, returned = h.returned + u.returned
       from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) u(cause, lot, issued, returned)
       where h.tenant = $1 and h.cause = u.cause and h.lot = u.lot`,
      [tables.tenant, ...keys, changes.map(({ issued }) => issued), changes.map(({ returned }) => returned)],
    );
    if (images.some(({ before }) => before !== undefined)) {
      await tables.query(
        `delete from @handed_out h using unnest($2::text[], $3::text[]) u(cause, lot)
         where h.tenant = $1 and h.cause = u.cause and h.lot = u.lot and h.issued = 0 and h.returned = 0`,
        [tables.tenant, ...keys],
      );
    }
  },
});

/** Only what is between a place and the patients, because of a dispense or a dose. */
function shareOf(movement: Stored<'SupplyDelivery'> | undefined): Share | undefined {
  if (movement?.status !== 'completed') return undefined;
  const { origin, destination, lot, quantity, cause } = movedBy(movement);
  if (!/^Medication(?:Dispense|Administration)\//.test(cause)) return undefined;
  if (destination === PATIENTS) return { cause, lot, issued: quantity, returned: 0 };
  return origin === PATIENTS ? { cause, lot, issued: 0, returned: quantity } : undefined;
}

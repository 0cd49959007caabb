import { defineProjection, type Stored } from '#sdk';
import { dosesOf, isLive, isPriced } from '../charge/charge.ts';
import { faults } from '../faults.ts';

interface Row {
  readonly dose: string;
  readonly id: string;
}

function rowsOf(charge: Stored<'ChargeItem'> | undefined): readonly Row[] {
  if (charge === undefined || !isPriced(charge) || !isLive(charge)) return [];
  return [...new Set(dosesOf(charge))].map((dose) => ({ dose, id: charge.id }));
}

/** Which charge is for which dose: for each dose there is one, however many write at once. */
export const doseCharges = defineProjection<'ChargeItem'>({
  name: 'billing.dose-charges',
  version: 1,
  on: ['ChargeItem'],
  tables: ['charge'],
  ddl: `create table @charge (
    tenant smallint not null,
    dose text not null,
    id text not null,
    constraint one_charge_per_dose primary key (tenant, dose)
  )`,
  constraints: { one_charge_per_dose: () => faults.alreadyCharged() },
  async project(images, { tenant, query }) {
    const [old, made] = [images.flatMap(({ before }) => rowsOf(before)), images.flatMap(({ after }) => rowsOf(after))];
    const columns = (rows: readonly Row[]) => [rows.map(({ dose }) => dose), rows.map(({ id }) => id)];
    if (old.length > 0) {
      await query(
        'delete from @charge c using unnest($2::text[], $3::text[]) o(dose, id) where c.tenant = $1 and c.dose = o.dose and c.id = o.id',
        [tenant, ...columns(old)],
      );
    }
    if (made.length > 0) {
      await query(
        'insert into @charge (tenant, dose, id) select $1, m.dose, m.id from unnest($2::text[], $3::text[]) m(dose, id) order by m.dose',
        [tenant, ...columns(made)],
      );
    }
  },
});

import { defineProjection, type Image, type ResourceOf } from '#sdk';
import { isBed } from '../encounter/bed.ts';
import { heldPlaces } from '../encounter/places.ts';
import { faults } from '../faults.ts';

/**
 * Which patients are where. A bed has one Encounter, one to whom it is kept included, and an Encounter one bed in which the
 * patient lies; other places hold any number. Whether a place is a bed says the Location, whichever of the two comes first.
 */
export const beds = defineProjection<'Location' | 'Encounter'>({
  name: 'administration.beds',
  version: 1,
  on: ['Location', 'Encounter'],
  tables: ['bed', 'stay'],
  ddl: `create table @bed (
    tenant smallint not null,
    location text not null,
    primary key (tenant, location)
  );
  create table @stay (
    tenant smallint not null,
    encounter text not null,
    location text not null,
    kind text not null,
    is_bed boolean not null,
    primary key (tenant, encounter, location)
  );
  create unique index one_stay_per_bed on @stay (tenant, location) where is_bed;
  create unique index one_bed_per_stay on @stay (tenant, encounter) where is_bed and kind = 'active';
  create index stays_at on @stay (tenant, location)`,
  constraints: {
    one_stay_per_bed: () => faults.bedTaken(),
    one_bed_per_stay: () => faults.secondBed(),
  },
  async project(images, tables) {
    const { tenant, query } = tables;
    const changes = images.map(({ before, after }) => ({ before: rowsOf(before), after: rowsOf(after) }));
    const changed = changes.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
    const [gone, come] = [changed.flatMap(({ before }) => before), changed.flatMap(({ after }) => after)];
    const [bedsGone, bedsCome] = [gone.filter(isBedRow), come.filter(isBedRow)].map((rows) =>
      rows.map(({ location }) => location),
    );
    const [staysGone, staysCome] = [gone.filter(isStayRow), come.filter(isStayRow)];
    if (staysGone.length > 0) {
      await query(
        `delete from @stay s using unnest($2::text[], $3::text[]) u(encounter, location)
          where s.tenant = $1 and s.encounter = u.encounter and s.location = u.location`,
        [tenant, staysGone.map(({ encounter }) => encounter), staysGone.map(({ location }) => location)],
      );
    }
    if (bedsGone !== undefined && bedsGone.length > 0) {
      await query('delete from @bed where tenant = $1 and location = any($2)', [tenant, bedsGone]);
      await query('update @stay set is_bed = false where tenant = $1 and location = any($2) and is_bed', [
        tenant,
        bedsGone,
      ]);
    }
    if (bedsCome !== undefined && bedsCome.length > 0) {
      await query('insert into @bed (tenant, location) select $1, unnest($2::text[])', [tenant, bedsCome]);
      await query('update @stay set is_bed = true where tenant = $1 and location = any($2) and not is_bed', [
        tenant,
        bedsCome,
      ]);
    }
    if (staysCome.length > 0) {
      await query(
        `insert into @stay (tenant, encounter, location, kind, is_bed)
          select $1, e, l, k, exists (select from @bed b where b.tenant = $1 and b.location = l)
          from unnest($2::text[], $3::text[], $4::text[]) u(e, l, k) order by l`,
        [
          tenant,
          staysCome.map(({ encounter }) => encounter),
          staysCome.map(({ location }) => location),
          staysCome.map(({ kind }) => kind),
        ],
      );
    }
  },
});

interface BedRow {
  readonly location: string;
}

interface StayRow extends BedRow {
  readonly encounter: string;
  readonly kind: string;
}

function rowsOf(resource: Image<'Location' | 'Encounter'>['after']): readonly (BedRow | StayRow)[] {
  if (resource === undefined) return [];
  return resource.resourceType === 'Location' ? bedOf(resource) : staysOf(resource);
}

function bedOf(location: ResourceOf<'Location'> & { readonly id: string }): readonly BedRow[] {
  return isBed(location) ? [{ location: location.id }] : [];
}

function staysOf(encounter: ResourceOf<'Encounter'> & { readonly id: string }): readonly StayRow[] {
  return heldPlaces(encounter).map(({ location, kind }) => ({ encounter: encounter.id, location, kind }));
}

function isStayRow(row: BedRow | StayRow): row is StayRow {
  return 'encounter' in row;
}

function isBedRow(row: BedRow | StayRow): boolean {
  return !isStayRow(row);
}

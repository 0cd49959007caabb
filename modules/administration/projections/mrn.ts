import { defineProjection, type Image } from '#sdk';
import { faults } from '../faults.ts';
import { ownNumbers } from '../mrn/number.ts';

const ASSIGNER = 'https://athanor.health/fhir/StructureDefinition/mrn-assigner';

/** Which organizations give medical record numbers, and which patient has which: each number only one patient. */
export const mrn = defineProjection<'Organization' | 'Patient'>({
  name: 'administration.mrn',
  version: 1,
  on: ['Organization', 'Patient'],
  tables: ['assigner', 'number'],
  ddl: `create table @assigner (
    tenant smallint not null,
    organization text not null,
    primary key (tenant, organization)
  );
  create table @number (
    tenant smallint not null,
    patient text not null,
    system text not null,
    value text not null,
    primary key (tenant, patient, system),
    constraint one_patient_per_number unique (tenant, system, value)
  )`,
  constraints: { one_patient_per_number: () => faults.mrnTaken() },
  async project(images, tables) {
    const changed = images.map(({ before, after }) => ({ before: rowsOf(before), after: rowsOf(after) }));
    const moved = changed.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
    const gone = moved.flatMap(({ before }) => before);
    const come = moved.flatMap(({ after }) => after);
    const organizations = (rows: readonly Row[]): string[] =>
      rows.flatMap(([owner, system]) => (system === '' ? [owner] : []));
    const numbers = (rows: readonly Row[], column: 0 | 1 | 2): string[] =>
      rows.flatMap((row) => (row[1] === '' ? [] : [row[column]]));
    if (organizations(gone).length > 0) {
      await tables.query('delete from @assigner where tenant = $1 and organization = any($2)', [
        tables.tenant,
        organizations(gone),
      ]);
    }
    if (numbers(gone, 0).length > 0) {
      await tables.query(
        `delete from @number n using unnest($2::text[], $3::text[]) u(patient, system)
          where n.tenant = $1 and n.patient = u.patient and n.system = u.system`,
        [tables.tenant, numbers(gone, 0), numbers(gone, 1)],
      );
    }
    if (organizations(come).length > 0) {
      await tables.query('insert into @assigner (tenant, organization) select $1, unnest($2::text[])', [
        tables.tenant,
        organizations(come),
      ]);
    }
    if (numbers(come, 0).length > 0) {
      await tables.query(
        `insert into @number (tenant, patient, system, value)
          select $1, p, s, v from unnest($2::text[], $3::text[], $4::text[]) u(p, s, v) order by s, v`,
        [tables.tenant, numbers(come, 0), numbers(come, 1), numbers(come, 2)],
      );
    }
  },
});

/** Owner, system, value; an organization that gives numbers has neither of the two. */
type Row = readonly [owner: string, system: string, value: string];

function rowsOf(resource: Image<'Organization' | 'Patient'>['after']): readonly Row[] {
  if (resource === undefined) return [];
  if (resource.resourceType === 'Patient')
    return ownNumbers(resource).map(({ system, value }) => [resource.id, system, value]);
  const isAssigner = resource.extension?.some(({ url, valueBoolean }) => url === ASSIGNER && valueBoolean === true);
  return isAssigner === true ? [[resource.id, '', '']] : [];
}

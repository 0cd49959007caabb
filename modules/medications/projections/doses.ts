import { defineProjection, type ResourceOf, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { CANONICAL, extensionOf } from '../order.ts';

export const DUE_TIME = `${CANONICAL}/StructureDefinition/mar-due-time`;

/** Which dose of which order an administration is: its id, and the moment at which it was due. */
export interface DoseKey {
  readonly request: string;
  readonly due: Date;
}

/** Undefined when it says none, or is marked as entered in error. */
export function doseKeyOf(administration: ResourceOf<'MedicationAdministration'>): DoseKey | undefined {
  const time = extensionOf(administration, DUE_TIME)?.valueDateTime ?? '';
  const due = new Date(time);
  const reference = administration.request?.reference ?? '';
  const request = /(?:^|\/)MedicationRequest\/([^/]+)(?:\/_history\/[^/]+)?$/.exec(reference)?.[1];
  const isDose = administration.status !== 'entered-in-error' && time.includes('T') && !Number.isNaN(due.getTime());
  return isDose && request !== undefined ? { request, due } : undefined;
}

type Row = DoseKey & { readonly id: string };

function rowOf(administration: Stored<'MedicationAdministration'> | undefined): readonly Row[] {
  const key = administration && doseKeyOf(administration);
  return key === undefined || administration === undefined ? [] : [{ ...key, id: administration.id }];
}

/** Which administration is which dose of an order: of each dose there is one, given or not. */
export const doses = defineProjection<'MedicationAdministration'>({
  name: 'medications.doses',
  version: 1,
  on: ['MedicationAdministration'],
  tables: ['dose'],
  ddl: `create table @dose (
    tenant smallint not null,
    request text not null,
    due timestamptz not null,
    id text not null,
    constraint one_administration_per_dose primary key (tenant, request, due)
  )`,
  constraints: { one_administration_per_dose: () => faults.doseTaken() },
  async project(images, { tenant, query }) {
    for (const { request, due, id } of images.flatMap(({ before }) => rowOf(before))) {
      await query('delete from @dose where tenant = $1 and request = $2 and due = $3 and id = $4', [
        tenant,
        request,
        due,
        id,
      ]);
    }
    for (const { request, due, id } of images.flatMap(({ after }) => rowOf(after))) {
      await query('insert into @dose (tenant, request, due, id) values ($1, $2, $3, $4)', [tenant, request, due, id]);
    }
  },
});

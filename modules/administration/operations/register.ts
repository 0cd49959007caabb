import { defineOperation, Fault, type ClinicTransaction, type Issue, type ResourceOf } from '#sdk';
import { faults } from '../faults.ts';
import { findMatches, type Match } from '../matching/find-matches.ts';
import { folded } from '../matching/text.ts';

export const register = defineOperation({
  code: 'register',
  title: 'Register a patient',
  text: 'Stores a new patient, unless one who seems to be the same person is there: then 409 with the patients to choose from.',
  levels: ['type'],
  types: ['Patient'],
  affectsState: true,
  input: {
    resource: { type: 'Resource', min: 1, text: 'The new Patient.' },
    force: { type: 'boolean', text: 'Store the patient although others seem to be the same person.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'The Patient as stored, with the medical record number.' } },
  run(context, { input: { resource, force = false } }) {
    if (resource.resourceType !== 'Patient') throw faults.notAPatient();
    const { id: _id, ...patient } = resource;
    return context.inTransaction(async (clinic) => {
      // Two desks that register the same person wait for each other: the second one finds what the first one stored.
      await clinic.lock(`register ${patient.birthDate ?? ''} ${folded(patient.name?.[0]?.family ?? '')}`);
      const same = force ? [] : (await findMatches(clinic, patient)).filter(({ grade }) => grade !== 'possible');
      if (same.length > 0) throw thereAlready(same);
      return clinic.create(await managed(clinic, patient));
    });
  },
});

/** By the one organization that gives medical record numbers, where there is one and nobody else is said. */
async function managed(clinic: ClinicTransaction, patient: ResourceOf<'Patient'>): Promise<ResourceOf<'Patient'>> {
  if (patient.managingOrganization !== undefined) return patient;
  const tables = await clinic.projection('administration.mrn');
  const [one, other] = await tables.query<{ readonly organization: string }>(
    'select organization from @assigner where tenant = $1 limit 2',
    [tables.tenant],
  );
  if (one === undefined || other !== undefined) return patient;
  return { ...patient, managingOrganization: { reference: `Organization/${one.organization}` } };
}

/** They were found with the caller's rights. */
function thereAlready(matches: readonly Match[]): Fault {
  const { code, status, issues } = faults.thereAlready();
  const candidates = matches.map(({ patient, grade, score }): Issue => ({
    severity: 'error',
    code: 'duplicate',
    text: `Patient/${patient.id} seems to be the same person (${grade}, ${score}).`,
  }));
  return new Fault(code, status, [...issues, ...candidates]);
}

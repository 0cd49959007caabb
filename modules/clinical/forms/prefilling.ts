import type { ClinicReader, FhirPathOperand, ModuleContext, Stored } from '#sdk';
import { readReferenced } from '../documents/referenced.ts';
import { faults } from '../faults.ts';
import { allergies } from '../summary/allergies.ts';
import { medications } from '../summary/medications.ts';
import { vitalSigns } from '../summary/observations.ts';
import { problems } from '../summary/problems.ts';

/** Who a form is filled in about, and what its expressions may use. */
export interface Prefilling {
  readonly patient: Stored<'Patient'>;
  readonly encounter: Stored<'Encounter'> | undefined;
  readonly variables: Readonly<Record<string, FhirPathOperand | readonly FhirPathOperand[]>>;
}

const DAY = 24 * 3_600_000;

/** @throws Fault 404 for a patient or encounter that is not there, or not that patient's */
export async function prefilling(
  context: ModuleContext & ClinicReader,
  asked: { readonly subject: string; readonly encounter: string | undefined },
): Promise<Prefilling> {
  const patient = await context.resolve({ reference: asked.subject }, 'Patient');
  const encounter =
    asked.encounter === undefined ? undefined : await context.resolve({ reference: asked.encounter }, 'Encounter');
  if (patient === undefined) throw faults.populateSubject();
  const isOfPatient = encounter?.subject?.reference === `Patient/${patient.id}`;
  if (asked.encounter !== undefined && !isOfPatient) throw faults.populateSubject();
  const reader = { context, patient: `Patient/${patient.id}` };
  const [user, measured, ...lists] = await Promise.all([
    readReferenced(context, context.actor.reference),
    vitalSigns.gather(reader),
    ...[problems, allergies, medications].map(({ gather }) => gather(reader)),
  ]);
  const since = new Date(context.now().getTime() - DAY).toISOString();
  const fresh = measured.filter(
    ({ resource }) => 'effectiveDateTime' in resource && (resource.effectiveDateTime ?? '') >= since.slice(0, 10),
  );
  const [known = [], allergic = [], taken = []] = lists;
  return {
    patient,
    encounter,
    variables: {
      patient,
      encounter: encounter ?? [],
      user: user ?? [],
      vitals: lines(fresh),
      problems: lines(known),
      allergies: lines(allergic),
      medications: lines(taken),
    },
  };
}

/** One text with a line each, or nothing. */
function lines(items: readonly { readonly text: string }[]): readonly string[] {
  return items.length === 0 ? [] : [items.map(({ text }) => text).join('\n')];
}

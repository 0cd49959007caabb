import { Fault, type ClinicReader, type ResourceOf, type TypeName } from '#sdk';
import type { NotChecked } from '../check-result.ts';
import { MEASUREMENT_CODES } from './measurements.ts';

/** What is recorded of a patient, as far as checks of orders look at it. */
export interface PatientData {
  readonly patient: ResourceOf<'Patient'> | undefined;
  /** Active ones, and, where time after stopping matters, those that ended lately. */
  readonly requests: readonly ResourceOf<'MedicationRequest'>[];
  readonly statements: readonly ResourceOf<'MedicationStatement'>[];
  readonly dispenses: readonly ResourceOf<'MedicationDispense'>[];
  readonly administrations: readonly ResourceOf<'MedicationAdministration'>[];
  readonly allergies: readonly ResourceOf<'AllergyIntolerance'>[];
  readonly conditions: readonly ResourceOf<'Condition'>[];
  readonly observations: readonly ResourceOf<'Observation'>[];
  readonly notChecked: readonly NotChecked[];
}

/** Which data can matter for the drugs at hand; what cannot is not read. */
export interface DataNeeds {
  /** Days for which a stopped drug can still interact; 0: none. */
  readonly washout: number;
  readonly conditions: boolean;
  readonly observations: boolean;
}

/** Days for which a dispensed drug counts as taken; as in HL7's PDDI-CDS guide. */
export const DISPENSE_DAYS = 100;

/** Administrations further back are over, unless time after stopping matters. */
const ADMINISTRATION_DAYS = 2;
const MEASUREMENT_DAYS = 366;
const DAY = 86_400_000;
const LIMIT = 1000;

export async function readPatientData(
  reader: ClinicReader,
  patient: string,
  at: Date,
  { washout, conditions, observations }: DataNeeds,
): Promise<PatientData> {
  const notChecked: NotChecked[] = [];
  const found = async <T extends TypeName>(type: T, query: string): Promise<readonly ResourceOf<T>[]> => {
    try {
      return await reader.search(type, query, LIMIT);
    } catch (error) {
      const refusal = notReadable(type, error);
      notChecked.push(refusal);
      return [];
    }
  };
  const since = (days: number): string => new Date(at.getTime() - days * DAY).toISOString().slice(0, 10);
  const of = `patient=${encodeURIComponent(patient)}`;
  const ended = `${of}&status=stopped,completed,on-hold&_lastUpdated=ge${since(washout)}`;
  // One after the other: in a transaction they share a connection.
  const person = await reader.resolve({ reference: patient }, 'Patient');
  const active = await found('MedicationRequest', `${of}&status=active`);
  const past = washout > 0 ? await found('MedicationRequest', ended) : [];
  const statements = await found('MedicationStatement', of);
  const dispensed = `${of}&whenhandedover=ge${since(Math.max(DISPENSE_DAYS, washout))}`;
  const dispenses = await found('MedicationDispense', dispensed);
  const given = `${of}&effective-time=ge${since(Math.max(ADMINISTRATION_DAYS, washout))}`;
  const administrations = await found('MedicationAdministration', given);
  const allergies = await found('AllergyIntolerance', of);
  const problems = conditions ? await found('Condition', of) : [];
  const measured = observations
    ? await found('Observation', `${of}&code=${MEASUREMENT_CODES.join(',')}&date=ge${since(MEASUREMENT_DAYS)}`)
    : [];
  return {
    patient: person,
    requests: [...active, ...past],
    statements,
    dispenses,
    administrations,
    allergies,
    conditions: problems,
    observations: measured,
    notChecked,
  };
}

/** @throws what is no refusal of the server */
function notReadable(type: TypeName, error: unknown): NotChecked {
  if (!(error instanceof Fault)) throw error;
  if (error.status === 403)
    return { code: 'not-readable', subject: type, text: `${type} resources may not be seen here.` };
  if (error.code === 'module.tooManyMatches')
    return { code: 'too-much-data', subject: type, text: `More ${type} resources are recorded than can be looked at.` };
  throw error;
}

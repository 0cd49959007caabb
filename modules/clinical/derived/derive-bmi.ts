import { decimalText, setDecimal, type ClinicTransaction, type Stored } from '#sdk';
import { LOINC, UCUM, VITAL_SIGN } from '../terms.ts';
import { instantOf } from '../record/instant.ts';
import { latestVital } from '../record/latest-vital.ts';
import { vitalSign } from '../vitals/vital-signs.ts';
import { bodyMassIndex } from './body-mass-index.ts';
import { keepDerived } from './keep-derived.ts';

type Observation = Stored<'Observation'>;

const KG_PER_M2 = { unit: 'kg/m2', system: UCUM, code: 'kg/m2' };
const DAY = 24 * 3_600_000;
/** How old a height may be: adults grow no more, children do. */
const OLDEST = { adult: 5 * 365, child: 30 };
/** Who is weighed before being measured is so on the same day. */
const ROUND = DAY / 2;
/** Weights that a height that was written later is looked up for. */
const AFTER = 365;

/** Derives the body mass index of each weight that a weight or height concerns. */
export async function deriveBmi(clinic: ClinicTransaction, measured: Observation, name: string): Promise<void> {
  const patient = await clinic.resolve(measured.subject, 'Patient');
  const { effectiveDateTime } = measured;
  if (patient === undefined || effectiveDateTime === undefined) return;
  const weights = name === 'weight' ? [measured] : await weightsAfter(clinic, patient.id, effectiveDateTime);
  for (const weight of weights) await deriveOf(clinic, weight, patient);
}

async function weightsAfter(clinic: ClinicTransaction, patient: string, day: string): Promise<readonly Observation[]> {
  const from = instantOf(day.slice(0, 10));
  if (from === undefined) return [];
  const until = new Date(from.getTime() + AFTER * DAY);
  const query = new URLSearchParams({
    patient,
    code: `${LOINC}|${vitalSign('weight').codes.join()}`,
    _profile: VITAL_SIGN,
  });
  return clinic.search('Observation', `${query.toString()}&date=ge${dayOf(from)}&date=le${dayOf(until)}`);
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

async function deriveOf(clinic: ClinicTransaction, weight: Observation, patient: Stored<'Patient'>): Promise<void> {
  const key = `bmi/${weight.id}`;
  const source = `Observation/${weight.id}`;
  const { effectiveDateTime = '', valueQuantity, encounter } = weight;
  const at = instantOf(effectiveDateTime);
  if (at === undefined) return;
  const height = await latestVital(clinic, `Patient/${patient.id}`, 'height', new Date(at.getTime() + ROUND));
  const value = decimalText(valueQuantity, 'value');
  const isUsable = weight.status !== 'entered-in-error' && weight.status !== 'cancelled' && value !== undefined;
  const isFresh =
    height !== undefined && at.getTime() - (instantOf(height.effective)?.getTime() ?? 0) <= oldest(patient, at) * DAY;
  const bmi = isUsable && isFresh ? bodyMassIndex({ value, unit: valueQuantity?.code ?? '' }, height) : undefined;
  await keepDerived(
    clinic,
    key,
    source,
    bmi === undefined || height === undefined
      ? undefined
      : {
          resourceType: 'Observation',
          status: 'final',
          category: [
            {
              coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }],
            },
          ],
          code: { coding: [{ system: LOINC, code: '39156-5', display: 'Body mass index (BMI) [Ratio]' }] },
          subject: { reference: `Patient/${patient.id}` },
          ...(encounter === undefined ? {} : { encounter }),
          effectiveDateTime,
          valueQuantity: setDecimal<NonNullable<Observation['valueQuantity']>>(KG_PER_M2, 'value', bmi),
          derivedFrom: [{ reference: source }, { reference: height.reference }],
        },
  );
}

/** Days. */
function oldest({ birthDate }: Stored<'Patient'>, at: Date): number {
  if (birthDate === undefined) return OLDEST.child;
  return at.getTime() - Date.parse(birthDate) >= 19 * 365.25 * DAY ? OLDEST.adult : OLDEST.child;
}

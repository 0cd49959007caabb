import { decimalText, type ClinicReader, type ClinicTransaction, type ResourceOf, type Stored } from '#sdk';
import { instantOf } from '../record/instant.ts';
import { BASE, codesOf, SNOMED } from '../terms.ts';
import { vitalSignOf } from '../vitals/vital-signs.ts';
import { keepDerived } from './keep-derived.ts';
import { news2, type News2Input } from './news2.ts';

type Observation = Stored<'Observation'>;
type Measured = Pick<Observation, 'code' | 'valueQuantity' | 'valueCodeableConcept'>;

/** Findings at the bedside and their values, with the score. */
const BEDSIDE = `${BASE}/CodeSystem/clinical-bedside`;
const UNITS: Readonly<Record<string, string>> = {
  'respiratory-rate': '/min',
  'oxygen-saturation': '%',
  systolic: 'mm[Hg]',
  'heart-rate': '/min',
  temperature: 'Cel',
};
const ADULT = 16;

/** Derives the score of the round at which something was measured: of everything that has the same time. */
export async function deriveNews2(clinic: ClinicTransaction, measured: Observation): Promise<void> {
  const patient = await clinic.resolve(measured.subject, 'Patient');
  const { effectiveDateTime } = measured;
  const at = effectiveDateTime?.includes('T') === true ? instantOf(effectiveDateTime) : undefined;
  if (patient === undefined || effectiveDateTime === undefined || at === undefined) return;
  const query = new URLSearchParams({ patient: patient.id, date: effectiveDateTime });
  query.append('status', 'final,amended,corrected');
  const found = await clinic.search('Observation', query.toString());
  const round = found.filter(({ derivedFrom }) => derivedFrom === undefined);
  const key = `news2/${patient.id}/${at.toISOString()}`;
  const isMeant = isAdult(patient, effectiveDateTime) && !(await isPregnant(clinic, patient.id));
  const input = isMeant ? inputOf(round) : undefined;
  const wanted = input && scored(input, patient.id, effectiveDateTime);
  await keepDerived(clinic, key, `Observation/${measured.id}`, wanted);
}

interface Used extends News2Input {
  readonly from: readonly string[];
}

/** Undefined unless everything was measured: what is missing is not taken for normal. */
function inputOf(round: readonly Observation[]): Used | undefined {
  const values = new Map<string, string>();
  const from = new Set<string>();
  for (const observation of round) {
    for (const each of [observation, ...(observation.component ?? [])]) {
      const [name, value] = valueOf(each) ?? [];
      if (name === undefined || value === undefined) continue;
      values.set(name, value);
      from.add(`Observation/${observation.id}`);
    }
  }
  const [respiratoryRate, oxygenSaturation, systolic, pulse, temperature] = Object.keys(UNITS).map((name) =>
    values.get(name),
  );
  const consciousness = values.get('consciousness');
  const gas = values.get('inspired-gas');
  const all = { respiratoryRate, oxygenSaturation, systolic, pulse, temperature, consciousness, gas };
  if (!isWhole(all)) return undefined;
  return { ...all, scale: values.get('oxygen-scale') === 'scale-2' ? 'scale-2' : 'scale-1', from: [...from].sort() };
}

type Whole = Omit<News2Input, 'scale'>;

function isWhole(all: { readonly [K in keyof Whole]: string | undefined }): all is Whole {
  return Object.values(all).every((each) => each !== undefined) && (all.gas === 'air' || all.gas === 'oxygen');
}

function valueOf({ code, valueQuantity, valueCodeableConcept }: Measured): readonly [string, string] | undefined {
  const sign = vitalSignOf(code)?.name;
  const [finding] = codesOf(code, BEDSIDE);
  const [coded] = codesOf(valueCodeableConcept, BEDSIDE);
  if (finding !== undefined && coded !== undefined) return [finding, coded];
  const value = decimalText(valueQuantity, 'value');
  if (sign === undefined || value === undefined || valueQuantity?.comparator !== undefined) return undefined;
  return valueQuantity?.code === UNITS[sign] ? [sign, value] : undefined;
}

function scored({ from, ...input }: Used, patient: string, at: string): ResourceOf<'Observation'> {
  const { score, risk } = news2(input);
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey' }] }],
    code: { coding: [{ system: BEDSIDE, code: 'news2', display: 'National Early Warning Score 2' }] },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: at,
    valueInteger: score,
    interpretation: [{ coding: [{ system: BEDSIDE, code: `risk-${risk}` }] }],
    derivedFrom: from.map((reference) => ({ reference })),
  };
}

/** Pregnancy; normal pregnancy. */
const PREGNANT = ['77386006', '72892002'].map((code) => `${SNOMED}|${code}`).join();

async function isPregnant(reader: ClinicReader, patient: string): Promise<boolean> {
  const query = new URLSearchParams({ patient, code: PREGNANT, 'clinical-status': 'active' });
  query.append('verification-status:not', 'refuted,entered-in-error');
  return (await reader.count('Condition', query.toString())) > 0;
}

/** The score is not for children. Without a birth date nobody knows. */
function isAdult({ birthDate }: Stored<'Patient'>, at: string): boolean {
  if (birthDate === undefined) return false;
  const limit = `${Number(birthDate.slice(0, 4)) + ADULT}${birthDate.slice(4)}`;
  return at.slice(0, 10) >= limit;
}

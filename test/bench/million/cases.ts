import { createRandom, familyName, LOINC, loincCode, MRN, zipfCode } from './generate.ts';

export interface SearchCase {
  readonly name: string;
  /** Milliseconds that 95 of 100 searches must stay below; undefined: measured only. */
  readonly p95: number | undefined;
  /** A query of resourceType, drawn anew for each search. */
  query(): { readonly type: string; readonly query: string };
}

/** Searches with parameters drawn as clients would: patients evenly, codes as often as they occur. */
export function searchCases(patients: number): readonly SearchCase[] {
  const random = createRandom(7);
  const whole = (limit: number): number => Math.floor(random() * limit);
  const patient = (): string => `Patient/p${whole(patients)}`;
  const code = (): string => `${LOINC}|${loincCode(zipfCode(random))}`;
  const rareCode = (): string => `${LOINC}|${loincCode(60 + whole(40))}`;
  /** As often as they occur; those of category laboratory, and those with a value of their own. */
  const drawn = (accepts: (index: number) => boolean): number => {
    for (;;) {
      const index = zipfCode(random);
      if (accepts(index)) return index;
    }
  };
  const labCode = (): number => drawn((index) => index % 3 !== 0);
  const valuedCode = (): number => drawn((index) => index !== 1);
  const day = (): string => new Date(Date.UTC(2015, 0, 1) + random() * 3650 * 86_400_000).toISOString().slice(0, 10);
  const one = (name: string, p95: number | undefined, type: string, query: () => string): SearchCase => ({
    name,
    p95,
    query: () => ({ type, query: query() }),
  });
  return [
    one('patient + code', 10, 'Observation', () => `patient=${patient()}&code=${code()}`),
    one('patient + code + date', 10, 'Observation', () => `patient=${patient()}&code=${code()}&date=ge${day()}`),
    one('code, newest first', 10, 'Observation', () => `code=${code()}&_sort=-date`),
    one('code, oldest first', 10, 'Observation', () => `code=${code()}&_sort=date`),
    one('rare code, newest first', 10, 'Observation', () => `code=${rareCode()}&_sort=-date`),
    one('code + date', 10, 'Observation', () => `code=${code()}&date=ge${day()}`),
    one('code + day', 10, 'Observation', () => `code=${code()}&date=${day()}`),
    one('date range', 10, 'Observation', () => `date=ge${day()}&date=lt${day()}`),
    one('category + code', 10, 'Observation', () => `category=laboratory&code=${LOINC}|${loincCode(labCode())}`),
    // No resource has both: every row of the smaller condition is looked at.
    one(
      'category + code that never meet',
      undefined,
      'Observation',
      () => `category=laboratory&code=${LOINC}|${loincCode(3 * whole(33))}`,
    ),
    one('status + rare code', 10, 'Observation', () => `status=amended&code=${rareCode()}`),
    one('performer + rare code', 50, 'Observation', () => `performer=Practitioner/d${whole(50)}&code=${rareCode()}`),
    one('20 codes', 50, 'Observation', () => `code=${Array.from({ length: 20 }, code).join(',')}`),
    one('code, last updated first', 50, 'Observation', () => `code=${code()}&_sort=-_lastUpdated`),
    one('value above, any unit', undefined, 'Observation', () => `value-quantity=gt${(199 + random()).toFixed(2)}`),
    one('value above, UCUM', 50, 'Observation', () => `value-quantity=gt${whole(199)}|http://unitsofmeasure.org|mg/dL`),
    one(
      'code$value',
      50,
      'Observation',
      () => `code-value-quantity=${LOINC}|${loincCode(valuedCode())}$gt${whole(200)}`,
    ),
    one(
      'component code$value',
      50,
      'Observation',
      () => `component-code-value-quantity=${LOINC}|8480-6$gt${100 + whole(79)}`,
    ),
    one('chained name', 50, 'Observation', () => `subject:Patient.name=${familyName(whole(120))}`),
    one(
      'chained name + code',
      50,
      'Observation',
      () => `subject:Patient.name=${familyName(whole(120))}&code=${code()}`,
    ),
    one('chained gender + code', 50, 'Observation', () => `subject:Patient.gender=female&code=${code()}`),
    one('chained identifier', 50, 'Observation', () => `subject:Patient.identifier=${MRN}|MRN-${whole(patients)}`),
    one('_has code', 50, 'Patient', () => `_has:Observation:patient:code=${code()}`),
    one('_has rare code', 50, 'Patient', () => `_has:Observation:patient:code=${rareCode()}`),
    one('name', 10, 'Patient', () => `name=${familyName(whole(120)).slice(0, 4)}`),
    one('name contains', 50, 'Patient', () => `name:contains=${familyName(whole(120)).slice(2, 5)}`),
    one('identifier', 10, 'Patient', () => `identifier=${MRN}|MRN-${whole(patients)}`),
    one('gender + birthdate', 10, 'Patient', () => `gender=female&birthdate=ge${1940 + whole(70)}`),
    one('patients by family name', 100, 'Patient', () => `gender=female&_sort=family,-birthdate`),
  ];
}

import type { ResourceOf } from '#sdk';
import { faults } from '../faults.ts';
import { checkDigits, hasValidCheckDigits } from './check-digits.ts';

type Patient = ResourceOf<'Patient'>;
type Identifier = NonNullable<Patient['identifier']>[number];

/** Number of a patient at one organization. */
export interface RecordNumber {
  readonly system: string;
  readonly value: string;
}

/** Followed by the id of the organization: what belongs to the numbers of the clinic can be told from the system alone. */
const SYSTEM = 'https://athanor.health/fhir/mrn/';
const TYPE = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] };
const LENGTH = 9;
const FIRST = 10 ** (LENGTH - 1);
const COUNT = 9 * FIRST;
const CANDIDATES = 8;

/** @param organization id of the Organization that gives the numbers */
export function systemOf(organization: string): string {
  return `${SYSTEM}${organization}`;
}

/** Numbers that the server keeps, those of charts that were merged into this one left out. */
export function ownNumbers({ identifier = [] }: Patient): readonly RecordNumber[] {
  return identifier.flatMap(({ use, system, value }) =>
    use !== 'old' && system?.startsWith(SYSTEM) === true ? [{ system, value: value ?? '' }] : [],
  );
}

/** Numbers of charts that were merged into this one. */
export function oldNumbers({ identifier = [] }: Patient): readonly RecordNumber[] {
  return identifier.flatMap(({ use, system, value }) =>
    use === 'old' && system?.startsWith(SYSTEM) === true ? [{ system, value: value ?? '' }] : [],
  );
}

export function isSameNumber(a: RecordNumber, b: RecordNumber): boolean {
  return a.system === b.system && a.value === b.value;
}

/** As it stands in the Patient. */
export function numberIdentifier({ system, value }: RecordNumber): Identifier {
  const assigner = { reference: `Organization/${system.slice(SYSTEM.length)}` };
  return { use: 'usual', type: TYPE, system, value, assigner };
}

/**
 * The patient with the numbers that it had, each written as the server writes it; other identifiers stay where they are.
 * @throws Fault 422 for another number where there is one, for two of one organization, and for wrong check digits
 */
export function withKeptNumbers(before: Patient | undefined, after: Patient): Patient {
  const kept = before === undefined ? [] : ownNumbers(before);
  const sent = after.identifier ?? [];
  if (kept.length === 0 && !sent.some(({ system }) => system?.startsWith(SYSTEM) === true)) return after;
  const isKept = (identifier: Identifier): boolean =>
    kept.some(({ system, value }) => identifier.system === system && identifier.value === value);
  const identifier: Identifier[] = sent.map((each) => {
    const { use, system, value = '' } = each;
    if (system?.startsWith(SYSTEM) !== true || (use === 'old' && !isKept(each))) return each;
    return { ...each, ...numberIdentifier({ system, value }) };
  });
  for (const number of kept) {
    const isThere = identifier.some(({ system, value }) => system === number.system && value === number.value);
    if (!isThere) identifier.push(numberIdentifier(number));
  }
  const patient = { ...after, identifier };
  checkNumbers(kept, ownNumbers(patient));
  // A resource that a rule has changed is validated again.
  return JSON.stringify(identifier) === JSON.stringify(sent) ? after : patient;
}

function checkNumbers(kept: readonly RecordNumber[], numbers: readonly RecordNumber[]): void {
  const systems = new Set<string>();
  for (const number of numbers) {
    if (!/^[1-9]\d{10}$/.test(number.value) || !hasValidCheckDigits(number.value)) throw faults.mrnInvalid();
    if (kept.some(({ system, value }) => system === number.system && value !== number.value)) throw faults.mrnKept();
    if (systems.has(number.system)) throw faults.mrnTwice();
    systems.add(number.system);
  }
}

/**
 * Numbers for a new patient, in the order in which they are to be tried. They follow from the patient's id: nobody counts,
 * so that nobody waits for another one who counts, and a number does not tell how many patients there are.
 */
export async function candidateNumbers(patient: string): Promise<readonly string[]> {
  const hash = new DataView(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(patient)));
  return Array.from({ length: CANDIDATES }, (_, place) => {
    const digits = String(FIRST + (hash.getUint32(place * 4) % COUNT));
    return digits + checkDigits(digits);
  });
}

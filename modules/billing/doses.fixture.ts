import type { ResourceOf, Stored } from '#sdk';
import { eventually, type TestClinic } from '#sdk/testing';
import { extensionUrl, PRICED_CHARGE, TASK_SYSTEM } from './names.ts';

const PRODUCT = 'https://athanor.health/fhir/CodeSystem/product';
const UCUM = 'http://unitsofmeasure.org';

type Given = ResourceOf<'MedicationAdministration'>;

export const productCode = (code: string) => ({ coding: [{ system: PRODUCT, code }] });

/** Tablets of 500 mg. */
export function tablets(code: string): ResourceOf<'MedicationKnowledge'> {
  return {
    resourceType: 'MedicationKnowledge',
    meta: { profile: [extensionUrl('stock-product')] },
    status: 'active',
    code: productCode(code),
    extension: [{ url: extensionUrl('base-unit'), valueCode: '{tablet}' }],
    ingredient: [
      {
        itemCodeableConcept: { text: code },
        strength: {
          numerator: { value: 500, system: UCUM, code: 'mg' },
          denominator: { value: 1, system: UCUM, code: '{tablet}' },
        },
      },
    ],
  };
}

/** A stay of a patient with accounts by their ids. */
export function stay(
  id: string,
  patient: string,
  accounts: readonly string[],
): ResourceOf<'Encounter'> & { readonly id: string } {
  return {
    resourceType: 'Encounter',
    id,
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: `Patient/${patient}` },
    ...(accounts.length === 0 ? {} : { account: accounts.map((each) => ({ reference: `Account/${each}` })) }),
  };
}

export function account(id: string, patient: string): ResourceOf<'Account'> & { readonly id: string } {
  return { resourceType: 'Account', id, status: 'active', subject: [{ reference: `Patient/${patient}` }] };
}

/** A dose of a product that was given an hour ago during the stay. */
export function given(code: string, encounter: string, more: Partial<Given> = {}, dose: object = tablet(1)): Given {
  return {
    resourceType: 'MedicationAdministration',
    status: 'completed',
    medicationCodeableConcept: productCode(code),
    subject: { reference: 'Patient/bell' },
    context: { reference: `Encounter/${encounter}` },
    effectiveDateTime: new Date(Date.now() - 3_600_000).toISOString(),
    dosage: { dose },
    ...more,
  };
}

export const tablet = (value: number) => ({ value, system: UCUM, code: '{tablet}' });
export const milligrams = (value: number) => ({ value, system: UCUM, code: 'mg' });

/** What somebody would enter by hand for a dose. */
export function chargeFor(
  dose: string,
  code: string,
  encounter: string,
  more: Partial<ResourceOf<'ChargeItem'>> = {},
): ResourceOf<'ChargeItem'> {
  return {
    resourceType: 'ChargeItem',
    status: 'billable',
    code: productCode(code),
    subject: { reference: 'Patient/bell' },
    context: { reference: `Encounter/${encounter}` },
    service: [{ reference: `MedicationAdministration/${dose}` }],
    account: [{ reference: `Account/${encounter}` }],
    ...more,
  };
}

export async function chargesOf(
  clinic: Pick<TestClinic, 'get'>,
  dose: string,
): Promise<readonly Stored<'ChargeItem'>[]> {
  const { body } = await clinic.get(`ChargeItem?service=MedicationAdministration/${dose}`);
  return ((body.entry ?? []) as readonly { readonly resource: Stored<'ChargeItem'> }[]).map(({ resource }) => resource);
}

/** The charge of a dose, as soon as there is one with a status. */
export function charged(
  clinic: Pick<TestClinic, 'get'>,
  dose: string,
  status: Stored<'ChargeItem'>['status'] = 'billable',
): Promise<Stored<'ChargeItem'>> {
  return found(async () => (await chargesOf(clinic, dose)).find((each) => each.status === status));
}

/** What is there after a while. */
export async function found<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const answer = await eventually(ask, (each) => each !== undefined);
  if (answer === undefined) throw new Error('it did not come to be');
  return answer;
}

/** Tasks of billing about a resource. */
export async function tasksOf(clinic: Pick<TestClinic, 'get'>, focus: string): Promise<readonly Stored<'Task'>[]> {
  const { body } = await clinic.get(`Task?focus=${focus}&code=${encodeURIComponent(`${TASK_SYSTEM}|`)}`);
  return ((body.entry ?? []) as readonly { readonly resource: Stored<'Task'> }[]).map(({ resource }) => resource);
}

export function netOf({ extension = [], meta }: Stored<'ChargeItem'>): number | undefined {
  if (meta.profile?.includes(PRICED_CHARGE) !== true) return undefined;
  const price = extension.find(({ url }) => url === extensionUrl('charge-price'));
  return price?.extension?.find(({ url }) => url === 'net')?.valueMoney?.value;
}

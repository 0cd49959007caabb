import type { AnyResource, ResourceOf } from '#sdk';

/** Whoever stores: the clinic of a test. */
interface Storing {
  store(resource: AnyResource): Promise<unknown>;
}

const BASE = 'https://athanor.health/fhir';
const structure = (name: string): string => `${BASE}/StructureDefinition/${name}`;
const UCUM = 'http://unitsofmeasure.org';

export const HOUR = 3_600_000;

/** A moment so many hours from now, to the minute. */
export function hoursFromNow(hours: number): Date {
  return new Date(Math.floor((Date.now() + hours * HOUR) / 60_000) * 60_000);
}

/** GTINs with valid check digits that nobody has. */
const PRODUCTS = {
  acetaminophen: { gtin: '09501101530003', schedule: undefined },
  oxycodone: { gtin: '09501101530010', schedule: 'CII' },
} as const;

const LOT_STATES = ['active', 'quarantined', 'recalled', 'expired'] as const;

export const BARCODE = {
  acetaminophen: `(01)${PRODUCTS.acetaminophen.gtin}(10)A-ACTIVE`,
  recalled: `(01)${PRODUCTS.acetaminophen.gtin}(10)A-RECALLED`,
  quarantined: `(01)${PRODUCTS.acetaminophen.gtin}(10)A-QUARANTINED`,
  expired: `(01)${PRODUCTS.acetaminophen.gtin}(10)A-EXPIRED`,
  oxycodone: `(01)${PRODUCTS.oxycodone.gtin}(10)O-ACTIVE`,
} as const;

export const PHYSICIAN = { roles: ['physician'], fhirUser: 'Practitioner/physician' };
export const NURSE = { roles: ['nurse'], fhirUser: 'Practitioner/nurse' };
export const PATIENT = { roles: ['patient'], fhirUser: 'Patient/anna' };

function medicine(drug: keyof typeof PRODUCTS): Pick<ResourceOf<'MedicationKnowledge'>, 'code'> {
  const product = { system: `${BASE}/CodeSystem/product`, code: `${drug}-tablet` };
  return { code: { coding: [product, { system: 'https://www.gs1.org/gtin', code: PRODUCTS[drug].gtin }] } };
}

/** The code of a product, as an order has it. */
export function ordered(drug: keyof typeof PRODUCTS): ResourceOf<'MedicationRequest'>['medicationCodeableConcept'] {
  return { coding: [{ system: `${BASE}/CodeSystem/product`, code: `${drug}-tablet` }], text: drug };
}

/** Two patients, staff, a stay on a ward in London, two products with lots. */
export async function furnish(clinic: Storing): Promise<void> {
  await clinic.store({ resourceType: 'Organization', id: 'clinic', active: true, name: 'Clinic' });
  await clinic.store({ resourceType: 'Organization', id: 'maker', active: true, name: 'Maker' });
  for (const id of ['anna', 'ben']) {
    await clinic.store({
      resourceType: 'Patient',
      id,
      identifier: [{ system: `${BASE}/wristband`, value: `W-${id}` }],
      name: [{ family: id }],
      birthDate: '1980-05-05',
    });
  }
  for (const id of ['physician', 'physician-2', 'nurse', 'nurse-2', 'receptionist']) {
    await clinic.store({ resourceType: 'Practitioner', id, active: true, name: [{ family: id }] });
    await clinic.store({
      resourceType: 'PractitionerRole',
      id: `${id}-role`,
      active: true,
      practitioner: { reference: `Practitioner/${id}` },
      organization: { reference: 'Organization/clinic' },
      code: [{ coding: [roleOf(id.replace('-2', ''))] }],
    });
  }
  await clinic.store(place('ward', 'ward'));
  await clinic.store(place('pharmacy', 'pharmacy'));
  await clinic.store({
    resourceType: 'Encounter',
    id: 'stay',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: 'Patient/anna' },
    location: [{ location: { reference: 'Location/ward' }, status: 'active' }],
  });
  for (const drug of ['acetaminophen', 'oxycodone'] as const) await stock(clinic, drug);
}

function roleOf(name: string): { readonly system: string; readonly code: string } {
  if (name === 'receptionist') return { system: `${BASE}/CodeSystem/clinic-role`, code: name };
  const code = name === 'physician' ? 'doctor' : name;
  return { system: 'http://terminology.hl7.org/CodeSystem/practitioner-role', code };
}

function place(id: string, kind: string): ResourceOf<'Location'> & { readonly id: string } {
  return {
    resourceType: 'Location',
    id,
    status: 'active',
    name: id,
    managingOrganization: { reference: 'Organization/clinic' },
    extension: [
      { url: structure('time-zone'), valueCode: 'Europe/London' },
      { url: structure('stock-kind'), valueCode: kind },
    ],
  };
}

async function stock(clinic: Storing, drug: keyof typeof PRODUCTS): Promise<void> {
  const { schedule } = PRODUCTS[drug];
  const controlled = { coding: [{ system: `${BASE}/CodeSystem/controlled-schedule`, code: schedule }] };
  await clinic.store({
    resourceType: 'MedicationKnowledge',
    id: drug,
    meta: { profile: [structure('stock-product')] },
    status: 'active',
    ...medicine(drug),
    extension: [{ url: structure('base-unit'), valueCode: '{tablet}' }],
    ingredient: [
      {
        itemCodeableConcept: { coding: [{ system: `${BASE}/CodeSystem/ingredient`, code: drug }] },
        isActive: true,
        strength: {
          numerator: { value: 10, system: UCUM, code: 'mg' },
          denominator: { value: 1, system: UCUM, code: '{tablet}' },
        },
      },
    ],
    ...(schedule === undefined
      ? {}
      : { regulatory: [{ regulatoryAuthority: { display: 'DEA' }, schedule: [{ schedule: controlled }] }] }),
  } as ResourceOf<'MedicationKnowledge'>);
  for (const state of LOT_STATES) {
    await clinic.store({
      resourceType: 'Medication',
      id: `${drug}-${state}`,
      meta: { profile: [structure('stock-lot')] },
      status: 'active',
      ...medicine(drug),
      manufacturer: { reference: 'Organization/maker' },
      extension: [
        { url: structure('lot-product'), valueReference: { reference: `MedicationKnowledge/${drug}` } },
        { url: structure('lot-status'), valueCode: state === 'expired' ? 'active' : state },
      ],
      batch: {
        lotNumber: `${drug.charAt(0)}-${state}`.toUpperCase(),
        expirationDate: state === 'expired' ? '2024-01-31' : '2031-01-31',
      },
    });
  }
}

/** An order for the ward that is in force since yesterday. */
export function wardOrder(
  id: string,
  drug: keyof typeof PRODUCTS,
  dosage: NonNullable<ResourceOf<'MedicationRequest'>['dosageInstruction']>[number],
): ResourceOf<'MedicationRequest'> & { readonly id: string } {
  return {
    resourceType: 'MedicationRequest',
    id,
    meta: { profile: [structure('inpatient-order')] },
    extension: [{ url: structure('order-status-since'), valueInstant: hoursFromNow(-24).toISOString() }],
    status: 'active',
    intent: 'order',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'inpatient' }] },
    ],
    medicationCodeableConcept: ordered(drug) ?? {},
    subject: { reference: 'Patient/anna' },
    encounter: { reference: 'Encounter/stay' },
    authoredOn: hoursFromNow(-24).toISOString(),
    requester: { reference: 'Practitioner/physician' },
    dosageInstruction: [
      { doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet', system: UCUM, code: '{tablet}' } }], ...dosage },
    ],
  };
}

/** A prescription of 30 tablets. */
export function prescription(
  drug: keyof typeof PRODUCTS,
  more: Partial<ResourceOf<'MedicationRequest'>> = {},
): ResourceOf<'MedicationRequest'> {
  return {
    resourceType: 'MedicationRequest',
    meta: { profile: [structure('prescription-outpatient')] },
    status: 'draft',
    intent: 'order',
    medicationCodeableConcept: ordered(drug) ?? {},
    subject: { reference: 'Patient/anna' },
    dosageInstruction: [
      {
        text: 'one tablet a day',
        timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
        doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet', system: UCUM, code: '{tablet}' } }],
      },
    ],
    dispenseRequest: {
      numberOfRepeatsAllowed: 1,
      quantity: { value: 30, unit: 'tablet', system: UCUM, code: '{tablet}' },
    },
    ...more,
  };
}

/** Parameters of an operation, out of values by their names. */
export function parameters(values: Readonly<Record<string, object>>): object {
  return { resourceType: 'Parameters', parameter: Object.entries(values).map(([name, value]) => ({ name, ...value })) };
}

/** Parts of repeated parameters of an answer, by name. */
export function partsOf(
  body: { readonly parameter?: readonly object[] },
  name: string,
): readonly Record<string, unknown>[] {
  const all = (body.parameter ?? []) as readonly { name: string; part?: readonly Record<string, unknown>[] }[];
  return all
    .filter((each) => each.name === name)
    .map(({ part = [] }) =>
      Object.fromEntries(part.map(({ name: key, ...value }) => [String(key), Object.values(value)[0]])),
    );
}

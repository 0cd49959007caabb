import type { Dosage, MedicationRequest, Quantity } from '@medplum/fhirtypes';
import type { Product } from '../medication/products.ts';
import { countedText } from '../fhir/text.ts';
import { UCUM } from '../terms.ts';

/** What a prescriber fills in; texts as they were typed. */
export interface OrderForm {
  readonly dose: string;
  readonly timesADay: string;
  readonly days: string;
  readonly quantity: string;
  readonly repeats: string;
  readonly asNeeded: boolean;
  readonly note: string;
}

export const EMPTY_FORM: OrderForm = {
  dose: '',
  timesADay: '1',
  days: '',
  quantity: '',
  repeats: '0',
  asNeeded: false,
  note: '',
};

/** A draft, or what is missing for one. */
export type Drafted =
  | { readonly kind: 'draft'; readonly order: MedicationRequest }
  | { readonly kind: 'incomplete'; readonly problems: readonly string[] };

const ORDER_CATEGORY = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category';

// Numbers so short go through JSON digit for digit.
const DECIMAL = /^(?:0|[1-9]\d{0,5})(?:\.\d{1,4})?$/;
const WHOLE = /^(?:0|[1-9]\d{0,4})$/;

export interface OrderFor {
  readonly patient: string;
  /** Who will sign: `Practitioner/1`. */
  readonly prescriber: string | undefined;
  readonly product: Product | undefined;
  /** RFC 3339. */
  readonly now: string;
}

/** An order as it is asked to be checked, and stored until it is signed. */
export function draftOf(form: OrderForm, { patient, prescriber, product, now }: OrderFor): Drafted {
  const problems: string[] = [];
  const need = (isThere: boolean, text: string): void => {
    if (!isThere) problems.push(text);
  };
  need(product !== undefined, 'Choose a medicine of the list.');
  need(DECIMAL.test(form.dose) && Number(form.dose) > 0, 'The dose is a number, such as 1 or 0.5.');
  need(form.days === '' || isPositive(form.days), 'Days are a whole number, or empty for as long as needed.');
  need(isPositive(form.quantity), 'The quantity is a whole number of the unit that the pharmacy counts.');
  need(WHOLE.test(form.repeats), 'Repeats are a whole number, 0 for none.');
  if (product === undefined || problems.length > 0) return { kind: 'incomplete', problems };
  const order: MedicationRequest = {
    resourceType: 'MedicationRequest',
    status: 'draft',
    intent: 'order',
    category: [{ coding: [{ system: ORDER_CATEGORY, code: 'outpatient' }] }],
    medicationCodeableConcept: product.code,
    subject: { reference: `Patient/${patient}` },
    authoredOn: now,
    ...(prescriber === undefined ? {} : { requester: { reference: prescriber } }),
    dosageInstruction: [dosageOf(form, product)],
    dispenseRequest: {
      quantity: inUnit(form.quantity, product.baseUnit),
      numberOfRepeatsAllowed: Number(form.repeats),
    },
  };
  return { kind: 'draft', order };
}

function dosageOf(form: OrderForm, { baseUnit, routes }: Product): Dosage {
  const { dose, timesADay, days, asNeeded, note } = form;
  const [route] = routes;
  return {
    text: dosageText(form, baseUnit),
    ...(note === '' ? {} : { patientInstruction: note }),
    asNeededBoolean: asNeeded,
    timing: {
      repeat: {
        frequency: Number(timesADay),
        period: 1,
        periodUnit: 'd',
        ...(days === '' ? {} : { boundsDuration: { value: Number(days), unit: 'days', system: UCUM, code: 'd' } }),
      },
    },
    ...(route === undefined ? {} : { route }),
    doseAndRate: [{ doseQuantity: inUnit(dose, baseUnit) }],
  };
}

/** The dosage in words. */
function dosageText({ dose, timesADay, days, asNeeded }: OrderForm, unit: string): string {
  const often = timesADay === '1' ? 'once a day' : `${timesADay} times a day`;
  const long = days === '' ? '' : ` for ${days} days`;
  return `${dose} ${countedText(unit, Number(dose))} ${often}${asNeeded ? ' as needed' : ''}${long}`;
}

function inUnit(value: string, unit: string): Quantity {
  return { value: Number(value), unit: countedText(unit, 1), system: UCUM, code: unit };
}

function isPositive(text: string): boolean {
  return WHOLE.test(text) && Number(text) > 0;
}

import type { CodeableConcept, MedicationKnowledge } from '@medplum/fhirtypes';
import type { FhirServer } from '../fhir/server.ts';
import { conceptText } from '../fhir/text.ts';
import { BASE_UNIT, PRODUCT } from '../terms.ts';

/** Something of the formulary. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly code: CodeableConcept;
  /** UCUM: what the pharmacy counts it in. */
  readonly baseUnit: string;
  readonly routes: readonly CodeableConcept[];
  /** `CII` … `CV`; undefined: not controlled. */
  readonly schedule: string | undefined;
}

/** Most products that a formulary has here. */
const MOST = '500';

/** The products that the clinic has, by name. */
export async function findProducts(server: FhirServer): Promise<readonly Product[]> {
  const { matches } = await server.search<MedicationKnowledge>('MedicationKnowledge', {
    status: 'active',
    _count: MOST,
  });
  return matches.flatMap(productIn).sort((a, b) => a.name.localeCompare(b.name));
}

/** None when it is no product of the clinic. */
function productIn(knowledge: MedicationKnowledge): Product[] {
  const { id, code, extension = [], intendedRoute = [], regulatory = [] } = knowledge;
  const baseUnit = extension.find(({ url }) => url === BASE_UNIT)?.valueCode;
  if (id === undefined || code === undefined || baseUnit === undefined) return [];
  const schedules = regulatory.flatMap(({ schedule = [] }) => schedule.map((each) => each.schedule.coding?.[0]?.code));
  return [
    {
      id,
      code,
      baseUnit,
      name: conceptText(code),
      routes: intendedRoute,
      schedule: schedules.find((each) => each !== undefined),
    },
  ];
}

/** The product that an order names, by the code that the clinic gave it. */
export function productOf(products: readonly Product[], concept: CodeableConcept | undefined): Product | undefined {
  const codesIn = (of: CodeableConcept | undefined): readonly string[] =>
    (of?.coding ?? []).flatMap(({ system, code }) => (system === PRODUCT && code !== undefined ? [code] : []));
  const wanted = codesIn(concept);
  return products.find(({ code }) => codesIn(code).some((each) => wanted.includes(each)));
}

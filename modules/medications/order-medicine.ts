import type { ClinicReader, ResourceOf, Stored } from '#sdk';
import type { Order } from './order.ts';

type Medicine = Pick<Order, 'medicationCodeableConcept' | 'medicationReference'> & Partial<Pick<Order, 'contained'>>;
type Concept = NonNullable<Order['medicationCodeableConcept']>;

/** What an order says of its medicine. */
export interface OrderedMedicine {
  readonly code: Concept | undefined;
  /** Where it lists them. */
  readonly ingredients: readonly Concept[];
  /** Where the order refers to one that is stored. */
  readonly medication: Stored<'Medication'> | undefined;
}

/** Of the order itself, or of the Medication that it refers to or contains. */
export async function orderedMedicine(reader: ClinicReader, order: Medicine): Promise<OrderedMedicine> {
  const { medicationCodeableConcept, medicationReference } = order;
  const medication = await reader.resolve(medicationReference, 'Medication');
  const described = medication ?? containedIn(order);
  const ingredients = (described?.ingredient ?? []).flatMap(({ itemCodeableConcept }) => itemCodeableConcept ?? []);
  return { code: medicationCodeableConcept ?? described?.code, ingredients, medication };
}

function containedIn({ contained = [], medicationReference }: Medicine): ResourceOf<'Medication'> | undefined {
  const id = /^#(.+)$/.exec(medicationReference?.reference ?? '')?.[1];
  return contained.find((each) => each.resourceType === 'Medication' && each.id === id) as
    ResourceOf<'Medication'> | undefined;
}

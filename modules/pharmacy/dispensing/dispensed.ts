import type { ResourceOf, Stored } from '#sdk';

type Dispense = ResourceOf<'MedicationDispense'>;

/** What is dispensed, by whom, for whom. */
export interface Dispensing {
  readonly order: Stored<'MedicationRequest'> | undefined;
  readonly subject: Dispense['subject'];
  readonly product: Stored<'MedicationKnowledge'>;
  /** UCUM code in which stock of the product is counted. */
  readonly baseUnit: string;
  /** Base units. */
  readonly quantity: number;
  /** `Location/1` */
  readonly location: string;
  /** `Practitioner/1`; undefined for the server's own work. */
  readonly performer: string | undefined;
  readonly isSubstitute: boolean;
  readonly daysSupply: number | undefined;
  /** False: it is prepared, and waits for the patient. */
  readonly isHandedOver: boolean;
  readonly supporting: readonly string[];
}

const SUBSTITUTION = 'http://terminology.hl7.org/CodeSystem/v3-substanceAdminSubstitution';

/** @param lot `Medication/1`: the first of the lots that are handed out */
export function dispenseOf(dispensing: Dispensing, lot: string, at: Date): Dispense {
  const { order, subject, baseUnit, quantity, location, performer, isSubstitute, daysSupply, isHandedOver } =
    dispensing;
  const when = at.toISOString();
  return {
    resourceType: 'MedicationDispense',
    status: isHandedOver ? 'completed' : 'in-progress',
    medicationReference: { reference: lot },
    ...(subject === undefined ? {} : { subject }),
    ...(order?.encounter === undefined ? {} : { context: order.encounter }),
    ...(performer === undefined ? {} : { performer: [{ actor: { reference: performer } }] }),
    location: { reference: location },
    ...(order === undefined ? {} : { authorizingPrescription: [{ reference: `MedicationRequest/${order.id}` }] }),
    quantity: { value: quantity, unit: baseUnit, system: 'http://unitsofmeasure.org', code: baseUnit },
    ...(daysSupply === undefined
      ? {}
      : { daysSupply: { value: daysSupply, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' } }),
    whenPrepared: when,
    ...(isHandedOver ? { whenHandedOver: when } : {}),
    ...(order?.dosageInstruction === undefined ? {} : { dosageInstruction: order.dosageInstruction }),
    ...(dispensing.supporting.length === 0
      ? {}
      : { supportingInformation: dispensing.supporting.map((reference) => ({ reference })) }),
    ...(order === undefined ? {} : { substitution: substitutionOf(isSubstitute) }),
  };
}

function substitutionOf(wasSubstituted: boolean): NonNullable<Dispense['substitution']> {
  return { wasSubstituted, type: { coding: [{ system: SUBSTITUTION, code: wasSubstituted ? 'G' : 'N' }] } };
}

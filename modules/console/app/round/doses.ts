import type { CodeableConcept, Dosage, MedicationAdministration, Parameters, Reference } from '@medplum/fhirtypes';
import { parametersOf, type Named } from '../fhir/parameters.ts';
import type { FhirServer } from '../fhir/server.ts';
import { conceptText, idOf, quantityText } from '../fhir/text.ts';

/** A dose that is due, or that may be given as needed. */
export interface Dose {
  /** Id of the MedicationRequest. */
  readonly order: string;
  readonly medicine: string;
  readonly dosage: string;
  /** When it is due; undefined: as needed. */
  readonly due: string | undefined;
  /** `due`, `overdue`, `scheduled`, `given`, … */
  readonly status: string;
  /** When it was given. */
  readonly given: string | undefined;
  /** Of what is given as needed: not before. */
  readonly nextAllowed: string | undefined;
}

/** The doses of a stay around now: twelve hours before and after. @param stay id of the Encounter */
export async function findDoses(server: FhirServer, stay: string): Promise<readonly Dose[]> {
  const record = parametersOf(await server.get<Parameters>(`Encounter/${stay}/$mar`));
  return [
    ...record.parts('dose').map((part) => doseIn(part, part.value<string>('status') ?? '')),
    ...record.parts('as-needed').map((part) => doseIn(part, 'as needed')),
  ];
}

function doseIn(part: Named, status: string): Dose {
  const dosage = part.value<Dosage>('dosage');
  return {
    order: idOf(part.value<Reference>('request')) ?? '',
    medicine: medicineText(part.value<CodeableConcept & Reference>('medication')),
    dosage: dosage?.text ?? quantityText(dosage?.doseAndRate?.[0]?.doseQuantity),
    due: part.value<string>('due'),
    status,
    given: part.value<string>('given'),
    nextAllowed: part.value<string>('next-allowed'),
  };
}

function medicineText(medication: (CodeableConcept & Reference) | undefined): string {
  return conceptText(medication) || (medication?.display ?? '');
}

/** Whether something can be done with it now. */
export function isOpen({ status }: Dose): boolean {
  return ['due', 'overdue', 'scheduled', 'as needed'].includes(status);
}

/** What a nurse scans and says at the bedside. */
export interface Giving {
  readonly dose: Dose;
  readonly wristband: string;
  /** GS1 barcode of the pack. */
  readonly barcode: string;
  /** Code of the reason for which it was not given; empty: it was. */
  readonly notGiven: string;
  /** `Practitioner/1`; empty: nobody. */
  readonly witness: string;
  readonly note: string;
}

/** @param key the same key records it once */
export function administer(server: FhirServer, giving: Giving, key: string): Promise<MedicationAdministration> {
  const { dose, wristband, barcode, notGiven, witness, note } = giving;
  return server.call(
    `MedicationRequest/${dose.order}/$administer`,
    [
      ...(dose.due === undefined ? [] : [{ name: 'dose-time', valueDateTime: dose.due }]),
      { name: 'patient-barcode', valueString: wristband },
      ...(barcode === '' || notGiven !== '' ? [] : [{ name: 'lot-barcode', valueString: barcode }]),
      ...(notGiven === '' ? [] : [{ name: 'not-given', valueCode: notGiven }]),
      ...(witness === '' ? [] : [{ name: 'witness', valueReference: { reference: witness } }]),
      ...(note === '' ? [] : [{ name: 'note', valueString: note }]),
    ],
    key,
  );
}

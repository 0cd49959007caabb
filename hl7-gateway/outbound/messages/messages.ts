import type { Outgoing, Telling } from '../tell.ts';
import { accountMessage } from './account.ts';
import { appointmentMessage } from './appointment.ts';
import { chargeMessage } from './charge.ts';
import { dispenseMessage } from './dispense.ts';
import { documentMessage } from './document.ts';
import { encounterMessage } from './encounter.ts';
import { immunizationMessage } from './immunization.ts';
import { orderMessage } from './order.ts';
import { patientMessage } from './patient.ts';
import { placeMessage } from './place.ts';
import { prescriptionMessage } from './prescription.ts';
import { reportMessage } from './report.ts';
import { staffMessage } from './staff.ts';

interface ToldType {
  /** Messages that a change of such a resource may lead to. */
  readonly events: readonly string[];
  readonly message: (telling: Telling) => Outgoing | undefined;
}

/** Types whose changes are told, in the order in which they are read: who is new before what is done for them. */
export const TOLD: ReadonlyMap<string, ToldType> = new Map<string, ToldType>([
  ['Patient', { events: of('ADT', 'A28 A31 A08 A40 A34 A47'), message: patientMessage }],
  ['Encounter', { events: of('ADT', 'A01 A02 A03 A04 A05 A08 A11 A13 A14 A27 A38'), message: encounterMessage }],
  ['ServiceRequest', { events: ['OML^O21', 'ORM^O01', 'OMI^O23', 'OMG^O19'], message: orderMessage }],
  ['MedicationRequest', { events: ['RDE^O11', 'RDE^O01'], message: prescriptionMessage }],
  ['MedicationDispense', { events: ['RDS^O13', 'RDS^O01'], message: dispenseMessage }],
  ['Appointment', { events: of('SIU', 'S12 S13 S14 S15 S17 S26'), message: appointmentMessage }],
  ['DiagnosticReport', { events: ['ORU^R01'], message: reportMessage }],
  ['DocumentReference', { events: of('MDM', 'T01 T02 T04 T08 T09 T10 T11'), message: documentMessage }],
  ['Practitioner', { events: ['MFN^M02'], message: staffMessage }],
  ['Location', { events: ['MFN^M05'], message: placeMessage }],
  ['Account', { events: of('BAR', 'P01 P05 P06'), message: accountMessage }],
  ['ChargeItem', { events: ['DFT^P03'], message: chargeMessage }],
  ['Immunization', { events: ['VXU^V04'], message: immunizationMessage }],
]);

function of(type: string, triggers: string): readonly string[] {
  return triggers.split(' ').map((trigger) => `${type}^${trigger}`);
}

import { join } from 'node:path';
import { TOLD } from '../../../hl7-gateway/outbound/messages/messages.ts';
import { eventFor, type Recipient } from '../../../hl7-gateway/outbound/recipients.ts';
import { writeMessage } from '../../../hl7-gateway/outbound/write-message.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { partner } from '../inbox/test-inbox.ts';
import * as told from './told-clinic.ts';

export const FOLDER = join(import.meta.dirname, '../../golden/hl7/out');

interface ToldCase {
  readonly name: string;
  readonly resource: JsonObject;
  readonly before?: JsonObject;
}

const { PATIENT, ENCOUNTER, ORDER, IMAGING_ORDER, REPORT, APPOINTMENT, DOCUMENT, VACCINATION } = told;
const { PRESCRIPTION, DISPENSE, CHARGE, ACCOUNT, STAFF } = told;
const moved = [{ location: { reference: 'Location/bed2' }, status: 'active' }];
const replaced = [{ other: { reference: 'Patient/p2' }, type: 'replaced-by' }];

/** Changes, and by the name of the file what they are told as. */
export const CASES: readonly ToldCase[] = [
  { name: 'patient-new', resource: PATIENT },
  { name: 'patient-changed', resource: { ...PATIENT, gender: 'other' }, before: PATIENT },
  { name: 'patient-merged', resource: { ...PATIENT, active: false, link: replaced }, before: PATIENT },
  { name: 'visit-planned', resource: { ...ENCOUNTER, status: 'planned' } },
  { name: 'visit-begun', resource: ENCOUNTER, before: { ...ENCOUNTER, status: 'planned' } },
  {
    name: 'visit-outpatient',
    resource: { ...ENCOUNTER, class: { ...(ENCOUNTER.class as JsonObject), code: 'AMB' } },
  },
  { name: 'visit-moved', resource: { ...ENCOUNTER, location: moved }, before: ENCOUNTER },
  {
    name: 'visit-ended',
    resource: { ...ENCOUNTER, status: 'finished', period: { start: '2026-01-02', end: '2026-01-05T10:00:00Z' } },
    before: ENCOUNTER,
  },
  { name: 'visit-cancelled', resource: { ...ENCOUNTER, status: 'cancelled' }, before: ENCOUNTER },
  { name: 'visit-reopened', resource: ENCOUNTER, before: { ...ENCOUNTER, status: 'finished' } },
  { name: 'order-new', resource: ORDER },
  { name: 'order-changed', resource: { ...ORDER, priority: 'routine' }, before: ORDER },
  { name: 'order-cancelled', resource: { ...ORDER, status: 'revoked' }, before: ORDER },
  { name: 'imaging-order-new', resource: IMAGING_ORDER },
  { name: 'other-order-new', resource: { ...ORDER, category: [] } },
  { name: 'report-final', resource: REPORT },
  { name: 'report-corrected', resource: { ...REPORT, status: 'corrected' }, before: REPORT },
  { name: 'document-new', resource: DOCUMENT },
  { name: 'document-signed', resource: DOCUMENT, before: { ...DOCUMENT, docStatus: 'preliminary' } },
  { name: 'document-taken-back', resource: { ...DOCUMENT, status: 'entered-in-error' }, before: DOCUMENT },
  { name: 'vaccination-new', resource: VACCINATION },
  { name: 'vaccination-changed', resource: VACCINATION, before: { ...VACCINATION, lotNumber: 'L2' } },
  {
    name: 'vaccination-taken-back',
    resource: { ...VACCINATION, status: 'entered-in-error' },
    before: VACCINATION,
  },
  { name: 'appointment-booked', resource: APPOINTMENT },
  { name: 'appointment-moved', resource: APPOINTMENT, before: { ...APPOINTMENT, start: '2026-02-01T08:00:00+01:00' } },
  {
    name: 'appointment-changed',
    resource: APPOINTMENT,
    before: { ...APPOINTMENT, reasonCode: [{ text: 'First visit' }] },
  },
  {
    name: 'appointment-cancelled',
    resource: { ...APPOINTMENT, status: 'cancelled', cancelationReason: { text: 'ill' } },
    before: APPOINTMENT,
  },
  { name: 'appointment-not-come', resource: { ...APPOINTMENT, status: 'noshow' }, before: APPOINTMENT },
  {
    name: 'patient-numbered',
    resource: { ...PATIENT, identifier: [{ ...(PATIENT.identifier as JsonObject[])[0], value: 'P-9' }] },
    before: PATIENT,
  },
  { name: 'prescription-new', resource: PRESCRIPTION },
  { name: 'prescription-changed', resource: PRESCRIPTION, before: { ...PRESCRIPTION, priority: 'routine' } },
  {
    name: 'prescription-several-dosages',
    resource: { ...PRESCRIPTION, dosageInstruction: told.DOSAGES, substitution: {} },
  },
  {
    name: 'prescription-stopped',
    resource: { ...PRESCRIPTION, status: 'stopped', statusReason: { text: 'rash' } },
    before: PRESCRIPTION,
  },
  { name: 'dispense-done', resource: DISPENSE },
  { name: 'dispense-taken-back', resource: { ...DISPENSE, status: 'entered-in-error' }, before: DISPENSE },
  { name: 'charge-new', resource: CHARGE },
  { name: 'charge-changed', resource: CHARGE, before: { ...CHARGE, code: { text: 'Long visit' } } },
  { name: 'charge-taken-back', resource: { ...CHARGE, status: 'aborted' }, before: CHARGE },
  { name: 'account-opened', resource: ACCOUNT },
  {
    name: 'account-ended',
    resource: { ...ACCOUNT, status: 'inactive', servicePeriod: { end: '2026-01-05' } },
    before: ACCOUNT,
  },
  { name: 'staff-new', resource: STAFF },
  { name: 'place-new', resource: told.WARD_ROOM },
  { name: 'place-closed', resource: { ...told.WARD_ROOM, status: 'inactive' }, before: told.WARD_ROOM },
  { name: 'staff-left', resource: { ...STAFF, active: false }, before: STAFF },
  { name: 'appointment-in-error', resource: { ...APPOINTMENT, status: 'entered-in-error' }, before: APPOINTMENT },
];

/** Old peers have ORM for all orders. */
export const VERSIONS = ['2.3', '2.5.1', '2.8'] as const;

const EVENTS = [...TOLD.values()].flatMap(({ events }) => events);

export function peerOf(version: string): Recipient {
  const isOld = version < '2.5';
  return {
    ...partner('lab', { systems: [{ kind: 'assigner', name: 'HOSP', uri: 'urn:oid:1.2.3' }] }),
    destination: {
      ...{ host: '127.0.0.1', port: 1, isTls: false, version, charset: 'utf-8', application: 'LAB', facility: 'F' },
      events: isOld ? EVENTS.filter((event) => !/^(?:O(?:ML|MI|MG)|RDE\^O11|RDS\^O13)/.test(event)) : EVENTS,
    },
  };
}

const SENDER = { application: 'ATHANOR', facility: 'CLINIC' };

/** Text of what the change is told as, with CR; undefined: it is not told. */
export function toldText(
  { resource, before }: ToldCase,
  version: string,
  more: ReadonlyMap<string, JsonObject> = new Map(),
): string | undefined {
  const telling = { resource, before, find: (name: string) => more.get(name) ?? told.find(name) };
  const outgoing = TOLD.get(String(resource.resourceType))?.message(telling);
  const recipient = peerOf(version);
  const event = outgoing && eventFor(recipient, outgoing.events);
  if (outgoing === undefined || event === undefined) return undefined;
  const options = { sender: SENDER, at: new Date('2026-03-01T00:00:00Z') };
  return Buffer.from(writeMessage(telling, outgoing, event, recipient, options).bytes).toString();
}

import type { JsonObject } from '../../../server/kernel/json.ts';
import { defineMap } from '../define-map.ts';
import { plainText } from '../datatypes/text.ts';
import { append } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MessageMap } from '../map-context.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { acceptanceOf, appointmentElements, appointmentStatus } from '../segments/appointment.ts';
import { contactParticipants, resourceParticipants } from '../segments/appointment-participants.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import { triggerEvent } from './adt.ts';
import { appointmentOrders } from './appointment-orders.ts';
import { patientGroup } from './patient-group.ts';
import { patientObservations } from './patient-observations.ts';

/** Booked, moved, changed, cancelled, ended early, deleted, resources added, changed or taken away (S18–S24), not come. */
const EVENTS = ['S12', 'S13', 'S14', 'S15', 'S16', 'S17', 'S18', 'S19', 'S20', 'S21', 'S22', 'S23', 'S24', 'S26'];

/** Of the whole appointment: groups of resources begin with RGS. */
const RESOURCES = ['AIG', 'AIL', 'AIP'];

export const SIU_MAPS: readonly MessageMap[] = [
  defineMap(
    EVENTS.map((event) => `SIU^${event}`),
    (draft) => {
      const sch = draft.first('SCH');
      if (sch === undefined)
        throw new MapFailure('The message has no SCH: it says nothing of an appointment', 'SCH', '101');
      const scopes = patients(draft);
      const services = draft.all('AIS');
      const status = appointmentStatus(triggerEvent(draft), sch, services);
      const { appointment, match, span } = appointmentElements(draft, {
        sch,
        tq1: draft.first('TQ1'),
        services,
        status,
      });
      const { resource } = appointment;
      const acceptance = acceptanceOf(status);
      for (const rgs of draft.all('RGS')) rgs.skip(1, 2);
      for (const { patient } of scopes)
        append(resource, 'participant', { actor: patient.reference, status: acceptance });
      for (const participant of contactParticipants(draft, sch, acceptance))
        append(resource, 'participant', participant);
      for (const segment of draft.segments.filter(({ name }) => RESOURCES.includes(name)))
        for (const participant of resourceParticipants(draft, segment, span, acceptance))
          append(resource, 'participant', participant);
      putComment(resource, draft);
      putVisits(resource, scopes);
      for (const order of appointmentOrders(draft, sch, services, scopes[0])) append(resource, 'basedOn', order);
      draft.add(sch.place, {
        resource,
        match,
        mode: 'upsert',
        ...(appointment.clears.length === 0 ? {} : { clears: appointment.clears }),
        eventTime: eventTimeOf(draft),
      });
    },
  ),
];

/** The segments of each PID up to the first RGS. */
function patients(draft: MappingDraft): readonly PatientScope[] {
  const groups: SegmentReader[][] = [];
  for (const segment of draft.segments) {
    if (segment.name === 'RGS') break;
    if (segment.name === 'PID') groups.push([]);
    groups.at(-1)?.push(segment);
  }
  return groups.map((group) => {
    const scope = patientGroup(draft, group);
    patientObservations(draft, group, scope);
    return scope;
  });
}

/** Notes on the appointment and on what is booked, one a line. */
function putComment(resource: JsonObject, draft: MappingDraft): void {
  const lines = notesOutsidePatients(draft).flatMap((nte) => {
    nte.skip(1);
    return nte
      .values(3)
      .map(plainText)
      .filter((text) => text !== undefined);
  });
  if (lines.length > 0) resource.comment = lines.join('\n');
}

/** Notes below an OBX are of that. */
function notesOutsidePatients(draft: MappingDraft): readonly SegmentReader[] {
  let isObservation = false;
  return draft.segments.filter(({ name }) => {
    if (name !== 'NTE') isObservation = name === 'OBX';
    return name === 'NTE' && !isObservation;
  });
}

/** An Appointment has no place for the visit that it is in. */
function putVisits(resource: JsonObject, scopes: readonly PatientScope[]): void {
  for (const { visit } of scopes) {
    if (visit === undefined || (visit.contained !== undefined && resource.contained !== undefined)) continue;
    append(resource, 'supportingInformation', visit.reference);
    if (visit.contained !== undefined) append(resource, 'contained', visit.contained);
  }
}

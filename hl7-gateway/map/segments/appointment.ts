import type { JsonObject } from '../../../server/kernel/json.ts';
import { ownExtension } from '../canonical.ts';
import { appointmentReasonCodes, appointmentTypeCodes, fillerStatusCodesAppointment } from '../codes/visit-codes.ts';
import { concept, concepts } from '../datatypes/concept.ts';
import { identifierOfEi, matchesOf, ownSystem } from '../datatypes/identifier.ts';
import { append, elementsOf, put, putAll, putFieldExtension, type Elements } from '../elements.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Acceptance } from './appointment-participants.ts';
import { later, minutesOf, resourceSpan, sentSpan, type Span } from './appointment-times.ts';

const AIS_TIMES = { start: 4, offset: 5, duration: 7 };

/** By trigger event; others leave it to SCH-25. */
const BY_EVENT: Readonly<Record<string, string | undefined>> = {
  S15: 'cancelled',
  S16: 'cancelled',
  S17: 'entered-in-error',
  S26: 'noshow',
};

/** https://hl7.org/fhir/R4/valueset-appointmentstatus.html; booked is what S12, S13 and S14 say. */
export function appointmentStatus(event: string, sch: SegmentReader, services: readonly SegmentReader[]): string {
  const said = [sch.value(25), ...services.map((ais) => ais.value(10))].map((value) => statusOf(value?.text(1) ?? ''));
  return BY_EVENT[event] ?? said.find((status) => status !== undefined) ?? 'booked';
}

function statusOf(code: string): string | undefined {
  const word = code.charAt(0).toUpperCase() + code.slice(1).toLowerCase();
  return fillerStatusCodesAppointment.lookup(word)?.code;
}

export function acceptanceOf(status: string): Acceptance {
  if (status === 'cancelled' || status === 'entered-in-error') return 'declined';
  return status === 'pending' || status === 'waitlist' ? 'needs-action' : 'accepted';
}

/**
 * SCH, TQ1 and AIS: what is booked and when. Known by the filler's number, then by the placer's.
 * @throws MapFailure 101 without number, or where something is booked for no time
 */
export function appointmentElements(
  draft: MappingDraft,
  {
    sch,
    tq1,
    services,
    status,
  }: {
    readonly sch: SegmentReader;
    readonly tq1: SegmentReader | undefined;
    readonly services: readonly SegmentReader[];
    readonly status: string;
  },
): { readonly appointment: Elements; readonly match: readonly string[]; readonly span: Span } {
  const appointment = elementsOf('Appointment');
  const { resource } = appointment;
  for (const [field, type, kind] of NUMBERS)
    putAll(appointment, 'identifier', sch, field, (value) =>
      identifierOfEi(value, draft, { type, system: ownSystem(draft, kind) }),
    );
  const match = matchesOf(resource.identifier);
  if (match.length === 0) throw new MapFailure('SCH-1 and SCH-2 have no number of the appointment', 'SCH^1^2', '101');
  resource.status = status;
  putReasons(appointment, sch, status, draft);
  for (const ais of services) {
    ais.skip(1, 2);
    putAll(appointment, 'serviceType', ais, 3, (value) => concepts(value, draft));
  }
  const span = putTimes(resource, draft, sch, tq1, services);
  if (span.start === undefined && TIMED.has(status))
    throw new MapFailure('Neither TQ1, SCH-11 nor AIS-4 says when the appointment is', 'SCH^1^11', '101');
  return { appointment, match, span };
}

const NUMBERS = [
  [2, 'FILL', 'appointment'],
  [1, 'PLAC', 'appointment-request'],
] as const;

/** app-3: others may be without time. */
const TIMED = new Set(['booked', 'arrived', 'fulfilled', 'checked-in', 'noshow', 'pending', 'waitlist']);

/** SCH-6 is why the message was sent; SCH-7 is reason or, with codes of table 0277, type; SCH-8 is the type. */
function putReasons(appointment: Elements, sch: SegmentReader, status: string, draft: MappingDraft): void {
  if (status === 'cancelled') put(appointment, 'cancelationReason', sch, 6, (value) => concept(value, draft));
  else
    putFieldExtension(appointment, ownExtension('appointment-event-reason'), 'valueCodeableConcept', sch, 6, (value) =>
      concept(value, draft),
    );
  const isType = sch.value(7)?.peek(3) === appointmentTypeCodes.table;
  if (isType)
    put(appointment, 'appointmentType', sch, 7, (value) => concept(value, draft, { map: appointmentTypeCodes }));
  else putAll(appointment, 'reasonCode', sch, 7, (value) => concepts(value, draft, { map: appointmentReasonCodes }));
  put(appointment, 'appointmentType', sch, 8, (value) => concept(value, draft, { map: appointmentTypeCodes }));
}

/** The times of the appointment: where nothing gives an end, the duration does. */
function putTimes(
  resource: JsonObject,
  draft: MappingDraft,
  sch: SegmentReader,
  tq1: SegmentReader | undefined,
  services: readonly SegmentReader[],
): Span {
  tq1?.skip(1);
  const { main, requested } = sentSpan(draft, tq1, sch);
  if (requested !== undefined) append(resource, 'requestedPeriod', requested);
  const first = services
    .map((ais) => resourceSpan(draft, ais, AIS_TIMES, main))
    .find((span) => span.start !== undefined);
  const minutes = minutesOf(sch, 9);
  if (minutes !== undefined) resource.minutesDuration = minutes;
  const start = main.start ?? first?.start;
  if (start === undefined) return {};
  const sentEnd = main.start === undefined ? first?.end : main.end;
  const end = sentEnd ?? (minutes === undefined ? (first?.end ?? start) : later(start, minutes));
  // Who sends an end before the start is not understood; a start alone is no appointment in FHIR (app-2).
  resource.start = start;
  resource.end = Date.parse(end) < Date.parse(start) ? start : end;
  return { start, end };
}

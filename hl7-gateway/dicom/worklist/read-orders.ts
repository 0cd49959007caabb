import type { JsonObject } from '../../../server/kernel/json.ts';
import { textOf, type DataSet } from '../dimse/data-set.ts';
import { nameOf, objectOf, objectsOf, referenceOf, referencesOf, stringOf } from './fhir-elements.ts';

/** An order that is to be done, with all that a worklist says of it. */
export interface OpenOrder {
  readonly request: JsonObject;
  readonly patient: JsonObject;
  readonly requester: JsonObject | undefined;
  readonly encounter: JsonObject | undefined;
  /** The next one that is booked for it. */
  readonly appointment: JsonObject | undefined;
  /** A modality is at work on it. */
  readonly isStarted: boolean;
}

const ORDERS =
  'ServiceRequest?status=active&intent=order,original-order,reflex-order,filler-order,instance-order&_count=200' +
  '&_include=ServiceRequest:patient&_include=ServiceRequest:requester&_include=ServiceRequest:encounter' +
  '&_revinclude=Appointment:based-on&_revinclude=Procedure:based-on&_revinclude=ImagingStudy:basedon';

/** What keeps nothing open: it did not take place, or is no longer said. */
const VOID: readonly string[] = ['cancelled', 'entered-in-error', 'noshow', 'fulfilled'];

/**
 * All imaging orders that nobody has done yet. Keys of a query that say which order or patient narrow what is read; all are matched
 * again later.
 * @param search all resources that a search finds
 */
export async function readOpenOrders(
  search: (query: string) => Promise<readonly JsonObject[]>,
  keys: DataSet,
): Promise<readonly OpenOrder[]> {
  const found = await search(ORDERS + narrowing(keys));
  const byName = new Map(found.map((resource) => [nameOf(resource), resource]));
  const [appointments, steps, studies] = ['Appointment', 'Procedure', 'ImagingStudy'].map((type) =>
    byOrder(byName, type),
  );
  return [...byName.values()]
    .filter(({ resourceType }) => resourceType === 'ServiceRequest')
    .flatMap((request): OpenOrder[] => {
      const name = nameOf(request);
      const patient = byName.get(referenceOf(request.subject));
      const ofOrder = steps?.get(name) ?? [];
      const isDone =
        ofOrder.some(({ status }) => status === 'completed') ||
        (studies?.get(name) ?? []).some(({ status }) => status === 'available');
      // Of whom nothing is known, or nothing may be seen, nobody can take images.
      if (patient?.resourceType !== 'Patient' || isDone) return [];
      return [
        {
          request,
          patient,
          requester: byName.get(referenceOf(request.requester)),
          encounter: byName.get(referenceOf(request.encounter)),
          appointment: nextOf(appointments?.get(name) ?? []),
          isStarted: ofOrder.some(({ status }) => status === 'in-progress'),
        },
      ];
    });
}

const STUDY_UID = 'urn:dicom:uid';
/** Values that stand for themselves, in a search of FHIR too. */
const PLAIN = /^[A-Za-z0-9._-]+$/;

/** All imaging orders have a study UID (module diagnostics). */
function narrowing(keys: DataSet): string {
  const uid = textOf(keys, 'StudyInstanceUID');
  const accession = textOf(keys, 'AccessionNumber');
  const patient = textOf(keys, 'PatientID');
  const ofUid = /^[0-9.]+$/.test(uid) ? `urn:oid:${uid}` : '';
  return [
    `&identifier=${encodeURIComponent(`${STUDY_UID}|${ofUid}`)}`,
    ...(PLAIN.test(accession) ? [`&identifier=${accession}`] : []),
    ...(PLAIN.test(patient) ? [`&patient.identifier=${patient}`] : []),
  ].join('');
}

function byOrder(byName: ReadonlyMap<string, JsonObject>, type: string): ReadonlyMap<string, readonly JsonObject[]> {
  const found = new Map<string, JsonObject[]>();
  for (const resource of byName.values()) {
    if (resource.resourceType !== type) continue;
    for (const order of referencesOf(resource.basedOn)) found.set(order, [...(found.get(order) ?? []), resource]);
  }
  return found;
}

/** By its beginning; those without one are not booked yet. */
function nextOf(appointments: readonly JsonObject[]): JsonObject | undefined {
  const open = appointments.filter(({ status, start }) => !VOID.includes(stringOf(status)) && stringOf(start) !== '');
  return open.sort((one, other) => Date.parse(stringOf(one.start)) - Date.parse(stringOf(other.start)))[0];
}

/** Devices, places and people who are booked or asked to do it. */
export function performersOf({ request, appointment }: OpenOrder): readonly JsonObject[] {
  const booked = objectsOf(appointment?.participant).map(({ actor }) => objectOf(actor));
  return [...booked, ...objectsOf(request.performer)];
}

import type { JsonObject } from '../../../server/kernel/json.ts';
import { nameOf, objectsOf, referenceOf, stringOf } from '../worklist/fhir-elements.ts';
import { accessionOf, studyUidOf } from '../worklist/order-attributes.ts';
import type { ScheduledStep, StepFacts } from './step-facts.ts';

/** The orders that a step carries out, all of one patient; or why a person has to look at it. */
export type OrdersOfStep =
  | { readonly orders: readonly JsonObject[]; readonly subject: string }
  | { readonly problem: 'no-order' | 'other-patient' };

/**
 * Orders by Study Instance UID, else by accession number. A step whose numbers mean orders of different patients, or whose patient
 * is not the order's, is carried out for nobody: a wrong chart is worse than an open question.
 * @param search all resources that a search of the server finds
 */
export async function findOrders(
  search: (query: string) => Promise<readonly JsonObject[]>,
  { scheduled, patientId }: StepFacts,
): Promise<OrdersOfStep> {
  const orders = new Map<string, JsonObject>();
  const patients = new Map<string, JsonObject>();
  for (const step of scheduled) {
    const found = await ordersOf(search, step);
    if (found.length === 0) return { problem: 'no-order' };
    for (const resource of found) {
      (resource.resourceType === 'Patient' ? patients : orders).set(nameOf(resource), resource);
    }
  }
  const subjects = new Set([...orders.values()].map(({ subject }) => referenceOf(subject)));
  const [subject = ''] = subjects;
  if (orders.size === 0) return { problem: 'no-order' };
  const patient = patients.get(subject);
  if (subjects.size > 1 || patient === undefined || !isKnownBy(patient, patientId)) return { problem: 'other-patient' };
  return { orders: [...orders.values()], subject };
}

const NUMBERS = /^[A-Za-z0-9._-]{1,64}$/;
const WITH_PATIENT = '_include=ServiceRequest:patient';

async function ordersOf(
  search: (query: string) => Promise<readonly JsonObject[]>,
  { studyUid, accession }: ScheduledStep,
): Promise<readonly JsonObject[]> {
  if (NUMBERS.test(studyUid)) {
    const found = await search(
      `ServiceRequest?identifier=${encodeURIComponent(`urn:dicom:uid|urn:oid:${studyUid}`)}&${WITH_PATIENT}`,
    );
    const valid = withoutVoid(found, (request) => studyUidOf(request) === studyUid);
    if (valid.length > 0) return valid;
  }
  if (!NUMBERS.test(accession)) return [];
  const found = await search(`ServiceRequest?identifier=${encodeURIComponent(accession)}&${WITH_PATIENT}`);
  return withoutVoid(found, (request) => accessionOf(request) === accession);
}

function withoutVoid(found: readonly JsonObject[], isMeant: (request: JsonObject) => boolean): readonly JsonObject[] {
  const requests = found.filter(
    (each) => each.resourceType === 'ServiceRequest' && each.status !== 'entered-in-error' && isMeant(each),
  );
  const subjects = requests.map(({ subject }) => referenceOf(subject));
  const patients = found.filter((each) => each.resourceType === 'Patient' && subjects.includes(nameOf(each)));
  return requests.length === 0 ? [] : [...requests, ...patients];
}

/** A modality that names no patient says nothing against the order's. */
function isKnownBy({ identifier }: JsonObject, patientId: string): boolean {
  return patientId === '' || objectsOf(identifier).some(({ value }) => stringOf(value) === patientId);
}

import type { JsonObject } from '../../../../server/kernel/json.ts';
import type { FhirClient } from '../../../client/fhir-client.ts';
import { survivorOf } from '../../../deliver/content/patient-links.ts';
import { identityToken } from '../../../deliver/read/identity.ts';
import { searchAll } from '../../../deliver/read/read-bundle.ts';
import { referenceOf } from '../../../map/json.ts';
import { STUDY_UID } from '../resource/imaging-study.ts';
import { isOrderOf, referenceTo, type OwnerFacts } from './study-owner.ts';
import type { StudyPerson } from './study-person.ts';

/** What is stored that a study may belong to. */
export interface StoredFacts extends Pick<OwnerFacts, 'orders' | 'numbered' | 'find'> {
  /** ImagingStudies with its UID; several only where somebody else has written one. */
  readonly studies: readonly JsonObject[];
}

const COUNT = 100;

/** The oldest first: it is the one that is kept. @throws Unreachable, SearchRefused */
export async function readStudies(client: FhirClient, uid: string): Promise<readonly JsonObject[]> {
  const [found = []] = await searchAll(client, [studySearch(uid)]);
  return oldestFirst(found);
}

function studySearch(uid: string): string {
  return `ImagingStudy?identifier=${uidToken(uid)}&_count=${COUNT}`;
}

function uidToken(uid: string): string {
  return identityToken({ system: STUDY_UID, value: `urn:oid:${uid}` });
}

/** Ids that the server makes are in the order of time. */
function oldestFirst(resources: readonly JsonObject[]): readonly JsonObject[] {
  return [...resources].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
}

/** Along patients who were merged into one who was merged …: the server moves such links, so that more than one is rare. */
const STEPS = 10;

/**
 * @param decided `Patient/id` of whom a person has spoken
 * @throws Unreachable, SearchRefused
 */
export async function readStoredFacts(
  client: FhirClient,
  study: { readonly uid: string; readonly accession: string; readonly person: StudyPerson },
  decided: string | undefined,
): Promise<StoredFacts> {
  const { uid, accession, person } = study;
  const ordersBy = (value: string): string => `ServiceRequest?identifier=${value}&intent=${ORDERS}&_count=${COUNT}`;
  const [studies = [], byUid = [], byAccession = [], numbered = []] = await searchAll(client, [
    studySearch(uid),
    ordersBy(uidToken(uid)),
    accession === '' ? NOTHING : ordersBy(valueToken(accession)),
    person.number.id === '' ? NOTHING : `Patient?identifier=${valueToken(person.number.id)}&_count=${COUNT}`,
  ]);
  const orders = [...new Map([...byUid, ...byAccession].map((order) => [order.id, order])).values()].filter(
    (order) => order.status !== 'entered-in-error' && isOrderOf(order, uid, accession),
  );
  const wanted = [...orders, ...studies].map(({ subject }) => referenceOf(subject));
  const patients = await readPatients(client, numbered, [...wanted, ...(decided === undefined ? [] : [decided])]);
  const find = (reference: string): JsonObject | undefined => lastOf(reference, patients);
  return {
    studies: oldestFirst(studies),
    orders,
    numbered: numbered.map((each) => find(referenceTo(each))).filter((each) => each !== undefined),
    find,
  };
}

/** https://hl7.org/fhir/R4/valueset-request-intent.html: proposals and plans are no orders yet. */
const ORDERS = 'order,original-order,reflex-order,filler-order,instance-order';
const NOTHING = 'Patient?_id=-&_count=1';

function valueToken(value: string): string {
  return encodeURIComponent(value.replace(/[\\,|$]/g, '\\$&'));
}

async function readPatients(
  client: FhirClient,
  known: readonly JsonObject[],
  references: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const found = new Map(known.map((patient) => [referenceTo(patient), patient]));
  let wanted = new Set([...references, ...known.map((each) => survivorOf(each) ?? '')]);
  for (let step = 0; step < STEPS; step += 1) {
    const ids = [...wanted].filter((name) => name.startsWith('Patient/') && !found.has(name));
    if (ids.length === 0) break;
    const query = `Patient?_id=${ids.map((name) => name.slice('Patient/'.length)).join(',')}&_count=1000`;
    const [read = []] = await searchAll(client, [query]);
    for (const patient of read) found.set(referenceTo(patient), patient);
    wanted = new Set(read.map((each) => survivorOf(each) ?? ''));
  }
  return found;
}

/** Who stands for a patient now. */
function lastOf(reference: string, patients: ReadonlyMap<string, JsonObject>): JsonObject | undefined {
  let last = patients.get(reference);
  for (let step = 0; step < STEPS && last !== undefined; step += 1) {
    const next = survivorOf(last);
    if (next === undefined) return last;
    last = patients.get(next);
  }
  return last;
}

import { isObject, type JsonObject, type JsonValue } from '../../server/kernel/json.ts';
import type { FhirClient } from '../client/fhir-client.ts';
import { Unreachable } from '../client/http-call.ts';
import { objectOf, objectsOf, referenceOf } from '../map/json.ts';

/** What messages say something of; other references are not followed. */
const FOLLOWED = new Set([
  'Patient',
  'Encounter',
  'Practitioner',
  'PractitionerRole',
  'Location',
  'Condition',
  'Observation',
  'ServiceRequest',
  'MedicationRequest',
  'Medication',
  'Account',
  'Specimen',
  'DocumentReference',
  'Binary',
]);

/** Whose own references are needed: a report's order has a requester, a visit its places. */
const OPENED = new Set([
  'Encounter',
  'PractitionerRole',
  'Location',
  'Observation',
  'ServiceRequest',
  'MedicationRequest',
]);

/** How far: report → panel → member → performer's role → person. */
const DEPTH = 5;
const MOST = 500;

/**
 * The resources that one refers to, and those that messages about it need besides, by `Type/id`. Those that are not there, or not to be
 * seen, are left out.
 * @throws Unreachable when the server does not answer now
 */
export async function relatedTo(client: FhirClient, resource: JsonObject): Promise<ReadonlyMap<string, JsonObject>> {
  const found = new Map<string, JsonObject>();
  const asked = new Set<string>();
  let open: readonly JsonObject[] = [resource];
  for (let depth = 0; depth < DEPTH && open.length > 0; depth += 1) {
    const wanted = [...new Set(open.flatMap((each) => referencesIn(each)))]
      .filter((reference) => !asked.has(reference))
      .slice(0, MOST - asked.size);
    for (const reference of wanted) asked.add(reference);
    const read = await readAll(client, wanted);
    for (const [reference, each] of read) found.set(reference, each);
    open = [...read.values()].filter(({ resourceType }) => OPENED.has(String(resourceType)));
  }
  return found;
}

function referencesIn(value: JsonValue | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => referencesIn(each));
  if (!isObject(value)) return [];
  // Attachments name their Binary by url.
  const own = referenceOf(value) || referenceOf({ reference: value.url ?? null });
  const isFollowed = own !== '' && FOLLOWED.has(own.split('/')[0] ?? '');
  return [...(isFollowed ? [own] : []), ...Object.values(value).flatMap((each) => referencesIn(each))];
}

/** @returns those that are there */
async function readAll(client: FhirClient, references: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
  const found = new Map<string, JsonObject>();
  if (references.length === 0) return found;
  const entry = references.map((url) => ({ request: { method: 'GET', url } }));
  const { status, body } = await client.send({
    method: 'POST',
    path: '',
    isRepeatable: true,
    body: { resourceType: 'Bundle', type: 'batch', entry },
  });
  if (status !== 200) throw new Unreachable(`a batch of reads was answered ${status}`, status);
  for (const [place, { resource, response }] of objectsOf(body.entry).entries()) {
    const reference = references[place];
    if (String(objectOf(response).status).startsWith('200') && isObject(resource) && reference !== undefined) {
      found.set(reference, resource);
    }
  }
  return found;
}

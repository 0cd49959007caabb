import { isObject, JsonSyntaxError, parseJson, stringifyJson, type JsonObject } from '../../../server/kernel/json.ts';
import { Unreachable, type HttpAnswer } from '../../client/http-call.ts';
import { HttpRefusal } from '../../http/http-refusal.ts';
import type { Caller } from './caller.ts';
import type { FileIdentity } from './file-identity.ts';
import { refusalOf, unavailable, type StudyAccess, type StudyAccessOptions } from './study-access.ts';

const FHIR_JSON = 'application/fhir+json';

/** @throws HttpRefusal 403 when the caller may not store images of this study, and as {@link StudyAccess.admit} */
export type MayStore = (caller: Caller, identity: FileIdentity) => Promise<void>;

/**
 * Whoever may create an ImagingStudy of the patient may store images. The server is asked by doing it: where there is none of this
 * study, the ImagingStudy that the caller may create is created, as `registered`, until the images are there. Of whom the images are
 * says the order with their Study UID, or else the patient's number; the caller has to see either.
 * A study that is kept already has to be seen as well.
 */
export function createMayStore(
  { fhirUrl, http, keptStudies }: Pick<StudyAccessOptions, 'fhirUrl' | 'http' | 'keptStudies'>,
  access: StudyAccess,
): MayStore {
  async function ask(caller: Caller, path: string, creation?: JsonObject, unlessThere = ''): Promise<HttpAnswer> {
    const headers = { accept: FHIR_JSON, ...caller.headers };
    const url = new URL(`${fhirUrl}/${path}`);
    try {
      if (creation === undefined) return await http.call({ url, method: 'GET', headers });
      const more = { 'content-type': FHIR_JSON, 'if-none-exist': unlessThere };
      return await http.call({ url, method: 'POST', headers: { ...headers, ...more }, body: stringifyJson(creation) });
    } catch (error) {
      if (error instanceof Unreachable) throw unavailable();
      throw error;
    }
  }

  /** The one resource that a search finds for the caller; undefined for none, and for several. */
  async function only(caller: Caller, search: string): Promise<JsonObject | undefined> {
    const answer = await ask(caller, `${search}&_count=2`);
    if (answer.status !== 200) throw refusalOf(answer);
    const found = resourcesOf(answer.text);
    return found.length === 1 ? found[0] : undefined;
  }

  async function subjectOf(caller: Caller, { study, patientId }: FileIdentity): Promise<JsonObject | undefined> {
    const kept = (await keptStudies([study])).get(study);
    if (kept !== undefined) {
      await access.expect(caller, study);
      const stored = await only(caller, `ImagingStudy?_id=${kept}`);
      return isObject(stored?.subject) ? stored.subject : undefined;
    }
    const order = await only(caller, `ServiceRequest?${uidCriterion(study)}`);
    if (isObject(order?.subject)) return order.subject;
    if (patientId === '') return undefined;
    const patient = await only(caller, `Patient?identifier=${encodeURIComponent(escaped(patientId))}&active:not=false`);
    return typeof patient?.id === 'string' ? { reference: `Patient/${patient.id}` } : undefined;
  }

  return async (caller, identity) => {
    const refused = new HttpRefusal(403, 'forbidden', 'You may not store images of this study, or of this patient.');
    const subject = await subjectOf(caller, identity).catch((error: unknown) => {
      // Not there for the caller: not told apart from what may not be done.
      if (error instanceof HttpRefusal && error.status === 404) return undefined;
      throw error;
    });
    if (subject === undefined) throw refused;
    const identifier = [{ system: 'urn:dicom:uid', value: `urn:oid:${identity.study}` }];
    const study = { resourceType: 'ImagingStudy', status: 'registered', identifier, subject };
    const answer = await ask(caller, 'ImagingStudy', study, uidCriterion(identity.study));
    if (answer.status === 200 || answer.status === 201) return;
    throw [401, 421, 429].includes(answer.status) || answer.status >= 500 ? refusalOf(answer) : refused;
  };
}

const uidCriterion = (study: string): string => `identifier=${encodeURIComponent(`urn:dicom:uid|urn:oid:${study}`)}`;

/** https://hl7.org/fhir/R4/search.html#escaping */
const escaped = (value: string): string => value.replaceAll(/[\\$,|]/g, '\\$&');

function resourcesOf(text: string): readonly JsonObject[] {
  try {
    const body = parseJson(text);
    const entries = isObject(body) && Array.isArray(body.entry) ? body.entry : [];
    return entries.flatMap((each) => (isObject(each) && isObject(each.resource) ? [each.resource] : []));
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw unavailable();
    throw error;
  }
}

import type { JsonObject } from '../../../../server/kernel/json.ts';
import type { FhirClient } from '../../../client/fhir-client.ts';
import { isSameJson } from '../../../deliver/content/same-json.ts';
import { identityToken } from '../../../deliver/read/identity.ts';
import { listOf } from '../../../deliver/read/read-bundle.ts';
import { ifMatchOf } from '../../../deliver/write/if-match.ts';
import { refusalOf, isRace } from '../../../deliver/write/refusal.ts';
import { objectOf, textOf } from '../../../map/json.ts';
import { STUDY_UID } from '../resource/imaging-study.ts';

/** The server does not take a resource; what it says may quote it. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
  readonly status: number;
  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** Somebody else wrote what was to be written: it has to be read again. */
export class WrittenMeanwhile extends Error {
  override readonly name = 'WrittenMeanwhile';
}

/**
 * Stores an ImagingStudy as the only one of its Study Instance UID: a new one if there is none, the next version of the one that was read.
 * @returns its logical id
 * @throws Unreachable, WriteRefused, WrittenMeanwhile
 */
export async function writeImagingStudy(
  client: FhirClient,
  uid: string,
  resource: JsonObject,
  before: JsonObject | undefined,
): Promise<string> {
  if (before !== undefined && isSameJson(resource, before)) return textOf(before.id);
  const token = identityToken({ system: STUDY_UID, value: `urn:oid:${uid}` });
  const request =
    before === undefined
      ? { method: 'PUT', url: `ImagingStudy?identifier=${token}`, ifNoneMatch: '*' }
      : { method: 'PUT', url: `ImagingStudy/${textOf(before.id)}`, ...ifMatchOf(before) };
  const location = await writeOne(client, { resource, request });
  const id = /ImagingStudy\/([A-Za-z0-9.-]{1,64})/.exec(location)?.[1];
  if (id === undefined) throw new WriteRefused(200, 'the server does not say what it has made');
  return id;
}

/**
 * One write, all or nothing.
 * @returns where it is
 * @throws Unreachable, WriteRefused, WrittenMeanwhile
 */
export async function writeOne(
  client: FhirClient,
  entry: { readonly resource: JsonObject; readonly request: JsonObject },
): Promise<string> {
  const { status, body } = await client.send({
    method: 'POST',
    path: '',
    body: { resourceType: 'Bundle', type: 'transaction', entry: [entry] },
  });
  if (status === 200) return textOf(objectOf(listOf(body.entry)[0]?.response).location);
  const refusal = refusalOf(status, body);
  if (isRace(refusal)) throw new WrittenMeanwhile('somebody else wrote it', { cause: refusal.code });
  throw new WriteRefused(status, refusal.text);
}

import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { documentConfidentialityStatus } from '../codes/visit-codes.ts';
import { concept, concepts } from '../datatypes/concept.ts';
import { dateTimeOf, instant } from '../datatypes/date-time.ts';
import { identifierOfEi, ownSystem } from '../datatypes/identifier.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { plainText } from '../datatypes/text.ts';
import { append, elementsOf, put, putAll, type Elements } from '../elements.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';

/** HL7 table 0271 (completion). https://hl7.org/fhir/R4/valueset-composition-status.html */
const COMPLETION: Readonly<Record<string, string | undefined>> = {
  DI: 'preliminary',
  DO: 'preliminary',
  IN: 'preliminary',
  IP: 'preliminary',
  PA: 'preliminary',
  AU: 'final',
  LA: 'final',
};

/** HL7 table 0273 (availability): available, deleted, obsolete, unavailable. */
const AVAILABILITY: Readonly<Record<string, string | undefined>> = {
  AV: 'current',
  CA: 'entered-in-error',
  OB: 'superseded',
  UN: 'current',
};

const AVAILABILITY_TABLE = 'http://terminology.hl7.org/CodeSystem/v2-0273';

/** A document number: TXA-12, TXA-13. */
export function documentNumber(value: Value, draft: MappingDraft): JsonObject | undefined {
  return identifierOfEi(value, draft, { system: ownSystem(draft, 'document') });
}

/**
 * TXA: what the document is, who wrote and who signed it.
 * @throws MapFailure 101 without document number
 */
export function documentElements(
  draft: MappingDraft,
  txa: SegmentReader,
  isCancelled: boolean,
): { readonly document: Elements; readonly number: JsonObject } {
  txa.skip(1);
  const document = elementsOf('DocumentReference');
  const { resource } = document;
  const value = txa.value(12);
  const master = value === undefined ? undefined : documentNumber(value, draft);
  if (master === undefined) throw new MapFailure('TXA-12 has no document number', 'TXA^1^12', '101');
  resource.masterIdentifier = master;
  append(resource, 'identifier', master);
  const file = txa.value(16);
  const name = file === undefined ? undefined : plainText(file);
  if (name !== undefined) append(resource, 'identifier', { system: ownSystem(draft, 'document-file'), value: name });
  put(document, 'type', txa, 2, (value) => concept(value, draft, { table: 'HL70270' }));
  put(document, 'date', txa, 6, (value) => instant(value, draft) ?? dayAsInstant(value, draft));
  if (resource.date === undefined) put(document, 'date', txa, 4, (value) => instant(value, draft));
  for (const field of [9, 5]) putAll(document, 'author', txa, field, (value) => practitionerReference(value, draft));
  for (const field of [22, 10]) putAuthenticator(document, txa, field, draft);
  putAll(document, 'securityLabel', txa, 18, (value) => concepts(value, draft, { map: documentConfidentialityStatus }));
  put(document, 'description', txa, 25, plainText);
  putStatus(document, txa, isCancelled);
  return { document, number: master };
}

/** An unsigned document is said to be so by its completion; an action alone is no document (TXA-3 is read with the content). */
function putStatus({ resource }: Elements, txa: SegmentReader, isCancelled: boolean): void {
  const completion = COMPLETION[txa.text(17).toUpperCase()];
  if (completion !== undefined) resource.docStatus = completion;
  const availability = txa.text(19).toUpperCase();
  resource.status = isCancelled ? 'entered-in-error' : (AVAILABILITY[availability] ?? 'current');
  if (availability !== '' && availability !== 'AV' && AVAILABILITY[availability] !== undefined) {
    const valueCodeableConcept = { coding: [{ system: AVAILABILITY_TABLE, code: availability }] };
    resource._status = { extension: [{ url: coreExtension('alternate-codes'), valueCodeableConcept }] };
  }
}

/** FHIR has one who vouches for it. */
function putAuthenticator({ resource }: Elements, txa: SegmentReader, field: number, draft: MappingDraft): void {
  if (resource.authenticator !== undefined) return;
  const value = txa.value(field);
  const who = value === undefined ? undefined : practitionerReference(value, draft);
  if (who !== undefined) resource.authenticator = who;
}

/** `date` is an instant: of a day its beginning in the partner's zone. */
function dayAsInstant(value: Value, { context }: MappingDraft): string | undefined {
  const text = value.peek();
  if (!/^\d{8}$/.test(text)) return undefined;
  return dateTimeOf(`${value.text()}000000`, context.timeZone);
}

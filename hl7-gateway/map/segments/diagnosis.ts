import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { diagnosisType } from '../codes/visit-codes.ts';
import { concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { identifierOfEi, matchOf, ownSystem } from '../datatypes/identifier.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { positiveInteger } from '../datatypes/quantity.ts';
import { plainText } from '../datatypes/text.ts';
import { append, elementsOf, put } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { conceptKey, ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { encounterOf, type PatientScope } from './patient-scope.ts';

const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const CATEGORIES = 'http://terminology.hl7.org/CodeSystem/condition-category';

/** DG1: a diagnosis of the visit, known by its number (DG1-20), else by what it is within the visit (without one, the patient). */
export function conditionEntry(draft: MappingDraft, dg1: SegmentReader, scope: PatientScope): JsonObject | undefined {
  dg1.skip(1);
  const condition = elementsOf('Condition');
  const { resource } = condition;
  const system = dg1.text(2);
  put(condition, 'code', dg1, 3, (value) => concept(value, draft, { table: system }));
  put(condition, 'code', dg1, 4, (value) => {
    const text = plainText(value);
    return text === undefined ? undefined : { ...(resource.code as JsonObject | undefined), text };
  });
  if (resource.code === undefined) return undefined;
  resource.category = [{ coding: [{ system: CATEGORIES, code: 'encounter-diagnosis' }] }];
  resource.subject = scope.patient.reference;
  const encounter = encounterOf(scope);
  if (encounter !== undefined) resource.encounter = encounter;
  put(condition, 'onsetDateTime', dg1, 5, (value) => dateTime(value, draft));
  put(condition, 'asserter', dg1, 16, (value) => practitionerReference(value, draft));
  put(condition, 'recordedDate', dg1, 19, (value) => dateTime(value, draft));
  if (resource.recordedDate !== undefined)
    append(resource, 'extension', {
      url: coreExtension('condition-assertedDate'),
      valueDateTime: resource.recordedDate,
    });
  const parent = dg1.value(22);
  const dueTo = parent === undefined ? undefined : identifierOfEi(parent, draft);
  if (dueTo !== undefined)
    append(resource, 'extension', {
      url: coreExtension('condition-dueTo'),
      valueReference: { type: 'Condition', identifier: dueTo },
    });
  // Action D: it was an error; A and U say what an upsert does anyway.
  if (dg1.text(21).toUpperCase() === 'D')
    resource.verificationStatus = { coding: [{ system: VERIFICATION, code: 'entered-in-error' }] };
  const number = dg1.value(20);
  const identifier =
    (number === undefined ? undefined : identifierOfEi(number, draft, { system: ownSystem(draft, 'diagnosis') })) ??
    ownIdentity(draft, 'diagnosis-of-visit', [
      scope.patient.key,
      scope.visit?.key ?? '-',
      conceptKey(resource.code as JsonObject),
    ]);
  if (identifier !== undefined) resource.identifier = [identifier];
  const match = matchOf(identifier);
  const reference = draft.add(dg1.place, {
    resource,
    match: match === undefined ? [] : [match],
    mode: 'upsert',
    ...(condition.clears.length === 0 ? {} : { clears: condition.clears }),
    eventTime: eventTimeOf(draft),
  });
  return { reference };
}

/** The same diagnosis in the visit: what it is for (DG1-6), and its rank (DG1-15). */
export function visitDiagnosis(draft: MappingDraft, dg1: SegmentReader, condition: JsonObject): JsonObject {
  const kind = dg1.value(6);
  const use = kind === undefined ? undefined : concept(kind, draft, { map: diagnosisType });
  const priority = dg1.value(15);
  const rank = priority === undefined ? undefined : positiveInteger(priority);
  return { condition, ...(use === undefined ? {} : { use }), ...(rank === undefined ? {} : { rank }) };
}

import type { JsonObject } from '../../../server/kernel/json.ts';
import { ownExtension, SNOMED } from '../canonical.ts';
import { concept, concepts } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { identifierOfEi, matchOf, ownSystem } from '../datatypes/identifier.ts';
import { locationReference } from '../datatypes/location.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { wholeNumber } from '../datatypes/quantity.ts';
import { plainText } from '../datatypes/text.ts';
import { elementsOf, put, putAll, putFieldExtension, type Elements } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { conceptKey, ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { later } from './appointment-times.ts';
import { encounterOf, type PatientScope } from './patient-scope.ts';

/** A procedure, for segments that follow PR1. */
export interface MappedProcedure {
  readonly reference: JsonObject;
  readonly resource: JsonObject;
}

/** PR1: known by its number (PR1-19), else by what was done when in the visit (without one, to the patient). */
export function procedureEntry(
  draft: MappingDraft,
  pr1: SegmentReader,
  scope: PatientScope,
): MappedProcedure | undefined {
  pr1.skip(1);
  const procedure = elementsOf('Procedure');
  const { resource } = procedure;
  const system = pr1.text(2);
  put(procedure, 'code', pr1, 3, (value) => concept(value, draft, { table: system }));
  if (pr1.value(3)?.peek(9) === '' || !pr1.has(3))
    put(procedure, 'code', pr1, 4, (value) => {
      const text = plainText(value);
      return text === undefined ? undefined : { ...(resource.code as JsonObject | undefined), text };
    });
  if (resource.code === undefined) return undefined;
  putFieldExtension(procedure, ownExtension('procedure-modifier'), 'valueCodeableConcept', pr1, 16, (value) =>
    concept(value, draft),
  );
  resource.subject = scope.patient.reference;
  const encounter = encounterOf(scope);
  if (encounter !== undefined) resource.encounter = encounter;
  put(procedure, 'category', pr1, 6, (value) => concept(value, draft, { table: 'HL70230' }));
  putTime(procedure, pr1, draft);
  for (const [field, role] of PERFORMERS)
    putAll(procedure, 'performer', pr1, field, (value) => {
      const actor = practitionerReference(value, draft);
      if (actor === undefined) return undefined;
      return role === undefined ? { actor } : { function: { coding: [{ system: SNOMED, code: role }] }, actor };
    });
  putAll(procedure, 'reasonCode', pr1, 15, (value) => concepts(value, draft));
  put(procedure, 'location', pr1, 23, (value) => locationReference(value, draft));
  putAll(procedure, 'partOf', pr1, 25, (value) => {
    const identifier = identifierOfEi(value, draft, { system: ownSystem(draft, 'procedure') });
    return identifier === undefined ? undefined : { type: 'Procedure', identifier };
  });
  const isError = pr1.text(20).toUpperCase() === 'D';
  if (isError) resource.status = 'entered-in-error';
  return { reference: { reference: store(draft, pr1, procedure, scope) }, resource };
}

/** Anesthesiologist, surgeon; whoever else did it. */
const PERFORMERS = [
  [8, '88189002'],
  [11, '304292004'],
  [12, undefined],
] as const;

function putTime(procedure: Elements, pr1: SegmentReader, draft: MappingDraft): void {
  const value = pr1.value(5);
  const start = value === undefined ? undefined : dateTime(value, draft);
  if (start === undefined) return;
  const minutes = wholeNumber(pr1.value(7)?.peek() ?? '');
  if (minutes === undefined || !start.includes('T')) {
    procedure.resource.performedDateTime = start;
    return;
  }
  pr1.skip(7);
  procedure.resource.performedPeriod = { start, end: later(start, minutes) };
}

function store(
  draft: MappingDraft,
  pr1: SegmentReader,
  { resource, clears }: Elements,
  { patient, visit }: PatientScope,
): string {
  const number = pr1.value(19);
  const when = (resource.performedDateTime ??
    (resource.performedPeriod as JsonObject | undefined)?.start ??
    '-') as string;
  const identifier =
    (number === undefined ? undefined : identifierOfEi(number, draft, { system: ownSystem(draft, 'procedure') })) ??
    ownIdentity(draft, 'procedure-of-visit', [
      patient.key,
      visit?.key ?? '-',
      conceptKey(resource.code as JsonObject),
      when,
    ]);
  if (identifier !== undefined) resource.identifier = [identifier];
  const match = matchOf(identifier);
  const eventTime = eventTimeOf(draft);
  // A procedure that has a time which is over was done; of others nobody says.
  const isOver = when !== '-' && Date.parse(when) <= Date.parse(eventTime);
  return draft.add(pr1.place, {
    resource,
    match: match === undefined ? [] : [match],
    mode: 'upsert',
    defaults: { status: isOver ? 'completed' : 'unknown' },
    ...(clears.length === 0 ? {} : { clears }),
    eventTime,
  });
}

import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { interpretationCodes, natureOfAbnormalTesting } from '../codes/order-codes.ts';
import { concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { append, elementsOf, put, putAll, putExtension, putFieldExtension, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { momentOfFirst } from './moment.ts';
import { annotations } from './note.ts';
import { observedValue, VALUE_ELEMENTS, type ObservedValue } from './observation-value.ts';
import { putObservationIdentity, type ObservationIdentity } from './observation-identity.ts';
import { putObservers } from './participation.ts';
import type { PatientScope } from './patient-scope.ts';
import { putPerformers } from './performers.ts';
import { referenceRange } from './reference-range.ts';
import { observationStatus } from './result-status.ts';
import { SUBJECT, whomElements } from './whom.ts';

const ABSENT = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';
const OBSERVATION_TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0936';
/** Observation.value[x] of FHIR R5, as https://hl7.org/fhir/R4/versions.html#extensions has it. */
const VALUE_ATTACHMENT = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.value';
const RESULT_IMPOSSIBLE: JsonObject = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0085', code: 'X' }],
};

/** An OBX and what stands below it: notes, participants. Further lines of one text come as further segments. */
export interface ObservationLines {
  readonly lines: readonly SegmentReader[];
  readonly below: readonly SegmentReader[];
}

/** What an observation has from where it stands. */
export interface ObservationScope extends ObservationIdentity {
  readonly whom: PatientScope;
  /** OBR-25, where OBX-11 is empty. */
  readonly reportStatus?: string;
  /** Where OBX-14 is empty: `effectiveDateTime` or `effectivePeriod`. */
  readonly effective?: JsonObject;
  /** When the result was reported: OBR-22. */
  readonly issued?: string;
  readonly eventTime?: string;
  /** Elements that it shares with others: category, specimen, basedOn, partOf, focus. */
  readonly shared?: JsonObject;
}

export interface MadeObservation {
  readonly reference: JsonObject;
  readonly status: string;
}

/**
 * OBX as an Observation; where OBX-5 repeats, as one with components.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-obx-to-observation.html
 */
export function observationEntry(
  draft: MappingDraft,
  { lines, below }: ObservationLines,
  scope: ObservationScope,
): MadeObservation | undefined {
  const [obx] = lines;
  if (obx === undefined) return undefined;
  const observation = elementsOf('Observation');
  Object.assign(observation.resource, whomElements(scope.whom, SUBJECT), scope.shared);
  for (const line of lines) line.skip(1, 2);
  const match = putObservationIdentity(observation, obx, draft, scope);
  putValue(observation, lines, draft);
  const status = putStatus(observation, obx, scope);
  putTimes(observation, obx, draft, scope);
  putHow(observation, obx, draft);
  putPerformers(observation, obx, draft);
  putObservers(observation.resource, draft, below);
  const notes = annotations(draft, below);
  if (notes.length > 0) observation.resource.note = [...notes];
  for (const line of lines.slice(1)) skipSame(line, obx);
  const { resource, clears } = observation;
  const reference = draft.add(obx.place, {
    resource,
    match: match === undefined ? [] : [match],
    mode: 'upsert',
    ...(clears.length === 0 ? {} : { clears }),
    eventTime: scope.eventTime ?? momentOfFirst(draft, [obx.value(14)]),
    order: 'result',
    ...(resource.hasMember === undefined ? {} : { adds: ['hasMember'] }),
  });
  return { reference: { reference }, status };
}

/**
 * OBX-5 to OBX-8. `""` in OBX-5 takes the value back; an empty one says nothing of it (U: the status changes, the value stays).
 * Where it repeats, its members are components.
 */
function putValue(observation: Elements, lines: readonly SegmentReader[], draft: MappingDraft): void {
  const { resource, clears } = observation;
  const [obx] = lines;
  if (obx === undefined) return;
  const observed =
    lines.length === 1 ? observedValue(obx, draft) : joined(lines.map((line) => observedValue(line, draft)));
  if (obx.isNull(5)) clears.push(...VALUE_ELEMENTS);
  const [value, ...more] = observed.values;
  if (more.length > 0) {
    resource.component = observed.values.map((each) => ({ code: resource.code, ...each }));
    clears.push(...VALUE_ELEMENTS);
  } else Object.assign(resource, value);
  for (const valueAttachment of observed.attachments)
    putExtension(resource, VALUE_ATTACHMENT, 'valueAttachment', valueAttachment);
  if (value === undefined && obx.text(11) === 'N')
    resource.dataAbsentReason = { coding: [{ system: ABSENT, code: 'not-asked' }] };
  put(observation, 'referenceRange', obx, 7, (sent) =>
    listOf(referenceRange(sent.whole(), observed.unit, observed.isNumeric)),
  );
}

function joined(values: readonly ObservedValue[]): ObservedValue {
  const texts = values.map(({ values: [value] }) => String(value?.valueString ?? ''));
  return { values: [{ valueString: texts.join('\n') }], attachments: [], unit: undefined, isNumeric: false };
}

function listOf(item: JsonObject | undefined): JsonObject[] | undefined {
  return item === undefined ? undefined : [item];
}

function putStatus({ resource }: Elements, obx: SegmentReader, { reportStatus = '' }: ObservationScope): string {
  const sent = obx.text(11);
  const hasValue =
    resource.component !== undefined || VALUE_ELEMENTS.some((element) => resource[element] !== undefined);
  const status = observationStatus(sent, hasValue, reportStatus);
  resource.status = status;
  if (sent === 'X')
    resource._status = {
      extension: [{ url: coreExtension('alternate-codes'), valueCodeableConcept: RESULT_IMPOSSIBLE }],
    };
  return status;
}

/** When it was observed (OBX-14) and analysed (OBX-19). */
function putTimes(
  observation: Elements,
  obx: SegmentReader,
  draft: MappingDraft,
  { effective, issued }: ObservationScope,
): void {
  const { resource } = observation;
  const observed = obx.value(14);
  const at = observed && dateTime(observed, draft);
  if (at !== undefined) resource.effectiveDateTime = at;
  else Object.assign(resource, effective);
  if (issued !== undefined) resource.issued = issued;
  const analysed = obx.value(19);
  putExtension(
    resource,
    coreExtension('observation-analysis-date-time'),
    'valueDateTime',
    analysed && dateTime(analysed, draft),
  );
}

/** How it was found, and what it means. */
function putHow(observation: Elements, obx: SegmentReader, draft: MappingDraft): void {
  const { resource } = observation;
  putAll(observation, 'interpretation', obx, 8, (value) => concept(value, draft, { map: interpretationCodes }));
  putFieldExtension(
    observation,
    coreExtension('observation-nature-of-abnormal-test'),
    'valueCodeableConcept',
    obx,
    10,
    (value) => concept(value, draft, { map: natureOfAbnormalTesting }),
  );
  put(observation, 'method', obx, 17, (value) => concept(value, draft));
  put(observation, 'bodySite', obx, 20, (value) => concept(value, draft));
  const category = obx.value(29);
  if (category !== undefined)
    append(resource, 'category', { coding: [{ system: OBSERVATION_TYPES, code: category.text() }] });
  const structure = obx.value(30);
  putExtension(
    resource,
    coreExtension('observation-structure-type'),
    'valueCodeableConcept',
    structure && concept(structure, draft, { table: 'HL70937' }),
  );
}

/** Further lines of one text say nothing else than the first one; where they do, it stays unread. */
function skipSame(line: SegmentReader, first: SegmentReader): void {
  for (let field = 3; field <= line.source.fields; field += 1) {
    if (field !== 5 && line.source.getRaw(field) === first.source.getRaw(field)) line.skip(field);
  }
}

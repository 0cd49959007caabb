import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { ReferenceReader } from '../../search/index/reference-target.ts';
import { dateRange } from '../../search/index/date-range.ts';
import type { Action } from '../access.ts';

/** What a patient's Consent says of access to their data. */
export interface ConsentRule {
  /** Id of the patient. */
  readonly patient: string;
  readonly provision: Provision;
}

/** A rule with its exceptions. What is not stated does not limit it. https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision */
export interface Provision {
  readonly type?: 'deny' | 'permit';
  /** Says something of who or of which data that cannot be decided here: then it denies more, and permits nothing. */
  readonly isWhoUnclear: boolean;
  readonly isWhatUnclear: boolean;
  /** Milliseconds, [starts, ends). */
  readonly starts?: number;
  readonly ends?: number;
  /** `Practitioner/1`, `Organization/2`, … */
  readonly actors?: readonly string[];
  readonly actions?: readonly Action[];
  readonly purposes?: readonly string[];
  readonly types?: readonly string[];
  readonly codes?: readonly Code[];
  readonly labels?: readonly Code[];
  readonly data?: readonly string[];
  readonly dataStarts?: number;
  readonly dataEnds?: number;
  readonly exceptions: readonly Provision[];
}

export interface Code {
  readonly system?: string;
  readonly code: string;
}

const RESOURCE_TYPES = 'http://hl7.org/fhir/resource-types';
/** http://terminology.hl7.org/CodeSystem/consentaction */
const ACTIONS: Readonly<Record<string, readonly Action[]>> = {
  access: ['read', 'search'],
  use: ['read', 'search'],
  disclose: ['read', 'search'],
  correct: ['update', 'delete'],
  collect: ['create'],
};
const MAX_DEPTH = 8;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The rule of a Consent; undefined when it is not in force, is not about privacy, or is about nobody that is known here.
 * https://hl7.org/fhir/R4/consent.html
 */
export function consentRuleOf(consent: JsonObject, readReference: ReferenceReader): ConsentRule | undefined {
  if (consent.status !== 'active' || !codesOf(consent.scope).some(({ code }) => code === 'patient-privacy'))
    return undefined;
  const target = referenceOf(consent.patient, readReference);
  if (target?.type !== 'Patient' || target.id === undefined || !isObject(consent.provision)) return undefined;
  return { patient: target.id, provision: provisionOf(consent.provision, readReference, 1) };
}

function provisionOf(json: JsonObject, readReference: ReferenceReader, depth: number): Provision {
  const { type, actor, action, purpose, class: classes, code, securityLabel, data, provision } = json;
  const result: Writable<Provision> = {
    isWhoUnclear: false,
    isWhatUnclear: json.modifierExtension !== undefined || depth > MAX_DEPTH,
    exceptions:
      depth > MAX_DEPTH
        ? []
        : listOf(provision)
            .filter(isObject)
            .map((inner) => provisionOf(inner, readReference, depth + 1)),
  };
  if (type === 'deny' || type === 'permit') result.type = type;
  const read =
    (unclear: 'isWhoUnclear' | 'isWhatUnclear') =>
    <T>(value: JsonValue | undefined, one: (item: JsonValue) => readonly T[]): readonly T[] | undefined => {
      if (value === undefined) return undefined;
      const found = listOf(value).map(one);
      if (found.some((item) => item.length === 0)) result[unclear] = true;
      return found.flat();
    };
  const who = read('isWhoUnclear');
  const what = read('isWhatUnclear');
  const fields = {
    actors: who(actor, (item) => actorOf(item, readReference)),
    actions: who(action, (item) => codesOf(item).flatMap(({ code: name }) => ACTIONS[name] ?? [])),
    purposes: who(purpose, (item) => codingOf(item).map(({ code: name }) => name)),
    types: what(classes, (item) =>
      codingOf(item)
        .filter(({ system }) => system === RESOURCE_TYPES)
        .map(({ code: name }) => name),
    ),
    codes: what(code, codesOf),
    labels: what(securityLabel, codingOf),
    data: what(data, (item) => instanceOf(item, readReference)),
  };
  const [starts, ends] = periodOf(json.period);
  const [dataStarts, dataEnds] = periodOf(json.dataPeriod);
  return { ...result, ...defined({ ...fields, starts, ends, dataStarts, dataEnds }) };
}

function periodOf(value: JsonValue | undefined): readonly [number | undefined, number | undefined] {
  if (!isObject(value)) return [undefined, undefined];
  const { start, end } = value;
  return [
    typeof start === 'string' ? dateRange(start)?.low : undefined,
    typeof end === 'string' ? dateRange(end)?.high : undefined,
  ];
}

/** Who is in a Group is not looked up here. */
function actorOf(actor: JsonValue, readReference: ReferenceReader): readonly string[] {
  const target = isObject(actor) ? referenceOf(actor.reference, readReference) : undefined;
  return target?.type === undefined || target.type === 'Group' ? [] : [target.text];
}

/** Only the resource that is named is decided here; what is related to it or written by it is not. */
function instanceOf(data: JsonValue, readReference: ReferenceReader): readonly string[] {
  return isObject(data) && data.meaning === 'instance' ? textOf(referenceOf(data.reference, readReference)?.text) : [];
}

function referenceOf(value: JsonValue | undefined, readReference: ReferenceReader): ReturnType<ReferenceReader> {
  return isObject(value) && typeof value.reference === 'string' ? readReference(value.reference) : undefined;
}

function codesOf(concept: JsonValue | undefined): readonly Code[] {
  return isObject(concept) ? listOf(concept.coding).flatMap(codingOf) : [];
}

function codingOf(coding: JsonValue): readonly Code[] {
  if (!isObject(coding) || typeof coding.code !== 'string') return [];
  return [{ code: coding.code, ...(typeof coding.system === 'string' ? { system: coding.system } : {}) }];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function textOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

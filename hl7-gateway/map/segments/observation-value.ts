import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { attachmentOfEd, attachmentOfRp } from '../datatypes/attachment.ts';
import { concept } from '../datatypes/concept.ts';
import { dateTime, time } from '../datatypes/date-time.ts';
import { plainText } from '../datatypes/text.ts';
import { append, filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { amount, unitOf, type Unit } from './units.ts';

/** The one value[x] that an element has: `{valueQuantity: …}`. */
export type ValueElement = JsonObject;

/** What OBX-5 says. */
export interface ObservedValue {
  /** None for an empty OBX-5; several where it repeats: these are components. */
  readonly values: readonly ValueElement[];
  /** ED and RP. */
  readonly attachments: readonly JsonObject[];
  readonly unit: Unit | undefined;
  readonly isNumeric: boolean;
}

const COMPARED = /^\s*(<=|>=|<|>|≤|≥)?\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*$/;

/** Types of numbers. */
const MEASURED = new Set(['NM', 'SN', 'NR', 'NA']);

/** Types whose repetitions are lines of one text. */
const LINES = new Set(['TX', 'FT']);

/** Members of Observation.value[x]: one of them replaces the others. */
export const VALUE_ELEMENTS = [
  'valueQuantity',
  'valueCodeableConcept',
  'valueString',
  'valueBoolean',
  'valueInteger',
  'valueRange',
  'valueRatio',
  'valueSampledData',
  'valueTime',
  'valueDateTime',
  'valuePeriod',
] as const;

/**
 * OBX-5 by the type in OBX-2, with the unit in OBX-6. What is not of its type is kept as text: a laboratory that sends `hemolysed` as NM
 * means it.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-obx-to-observation.html
 */
export function observedValue(obx: SegmentReader, draft: MappingDraft): ObservedValue {
  const type = obx.text(2);
  const sent = obx.values(5);
  // A unit says something of numbers alone; with texts it stays unread.
  const unit = MEASURED.has(type) || sent.some(isPlainNumber) ? unitOf(obx.value(6), draft) : undefined;
  const none = { values: [], attachments: [], unit, isNumeric: false };
  if (type === 'ED' || type === 'RP') {
    const make = type === 'ED' ? attachmentOfEd : attachmentOfRp;
    return { ...none, attachments: sent.map(make).filter((each) => each !== undefined) };
  }
  if (LINES.has(type)) {
    const lines = sent.map((value) => plainText(value) ?? '').join('\n');
    return { ...none, values: lines.trim() === '' ? [] : [{ valueString: lines }] };
  }
  const values = sent.map((value) => valueOf(type, value, unit, draft)).filter((each) => each !== undefined);
  return { ...none, values, isNumeric: values.some(isNumber) };
}

function isNumber(value: ValueElement): boolean {
  return 'valueQuantity' in value || 'valueRange' in value;
}

function valueOf(type: string, value: Value, unit: Unit | undefined, draft: MappingDraft): ValueElement | undefined {
  const typed = typedValue(type, value, unit, draft);
  if (typed !== undefined) return typed;
  const text = plainText(value);
  return text === undefined ? undefined : { valueString: unit === undefined ? text : `${text} ${unit.unit}` };
}

function isPlainNumber(value: Value): boolean {
  return COMPARED.test(value.peek(1));
}

function typedValue(type: string, value: Value, unit: Unit | undefined, draft: MappingDraft): ValueElement | undefined {
  switch (type) {
    case 'NM':
      return named('valueQuantity', numeric(value, unit));
    case 'ST':
      // A weight that is sent as text is a weight all the same, where it has a unit.
      return unit === undefined ? undefined : named('valueQuantity', numeric(value, unit));
    case 'SN':
      return structuredNumeric(value, unit);
    case 'NR':
      return named('valueRange', range(value.peek(1), value.peek(2), unit, value));
    case 'CE':
    case 'CWE':
    case 'CNE':
    case 'CF':
    case 'IS':
    case 'ID':
      return named('valueCodeableConcept', concept(value, draft));
    case 'DT':
    case 'DTM':
    case 'TS':
      return named('valueDateTime', dateTime(value, draft));
    case 'TM':
      return named('valueTime', time(value));
    case 'DR':
      return named(
        'valuePeriod',
        filled({ start: dateTime(value.part(1), draft), end: dateTime(value.part(2), draft) }),
      );
    default:
      return undefined;
  }
}

function named(element: string, made: JsonObject[string]): ValueElement | undefined {
  return made === undefined ? undefined : { [element]: made };
}

const COMPARATORS: Readonly<Record<string, string>> = { '≤': '<=', '≥': '>=' };

/** NM; laboratories write `<15` in it, too, though that is an SN. */
function numeric(value: Value, unit: Unit | undefined): JsonObject | undefined {
  const match = COMPARED.exec(value.peek(1));
  if (match === null) return undefined;
  const [, sign, number = ''] = match;
  const made = amount(number, unit, sign === undefined ? undefined : (COMPARATORS[sign] ?? sign));
  if (made !== undefined) value.text(1);
  return made;
}

/** SN: comparator, number, separator, number: `>^100`, `^1^:^128`, `^2^-^4`, `^2^+`, `<>^3`. */
function structuredNumeric(value: Value, unit: Unit | undefined): ValueElement | undefined {
  const [comparator, first, separator, second] = [1, 2, 3, 4].map((part) => value.peek(part));
  const isCompared = comparator !== '' && comparator !== '=';
  const made = ((): ValueElement | undefined => {
    if (comparator === '<>' || separator === '+') return undefined;
    if (separator === '-') return isCompared ? undefined : named('valueRange', bounds(first ?? '', second ?? '', unit));
    const sign = isCompared ? comparator : undefined;
    if (sign !== undefined && !/^[<>]=?$/.test(sign)) return undefined;
    if (separator === ':' || separator === '/')
      return named('valueRatio', ratio(first ?? '', second ?? '', unit, sign));
    return separator === '' && second === '' ? named('valueQuantity', amount(first ?? '', unit, sign)) : undefined;
  })();
  const text = [1, 2, 3, 4]
    .map((part) => value[made === undefined ? 'peek' : 'text'](part))
    .filter((part) => part !== '');
  if (made === undefined) {
    for (const part of [1, 2, 3, 4]) value.text(part);
    return text.length === 0
      ? undefined
      : { valueString: [...text, ...(unit === undefined ? [] : [unit.unit])].join(' ') };
  }
  return separator === '' ? made : withOriginal(made, text.join(' '));
}

/** A titre and a range lose how they were written otherwise: `1 : 128`. */
function withOriginal(made: ValueElement, text: string): ValueElement {
  for (const value of Object.values(made)) {
    append(value as JsonObject, 'extension', { url: coreExtension('originalText'), valueString: text });
  }
  return made;
}

function ratio(
  first: string,
  second: string,
  unit: Unit | undefined,
  comparator: string | undefined,
): JsonObject | undefined {
  const numerator = amount(first, unit, comparator);
  const denominator = amount(second, unit);
  return numerator === undefined || denominator === undefined ? undefined : { numerator, denominator };
}

function bounds(first: string, second: string, unit: Unit | undefined): JsonObject | undefined {
  const [low, high] = [amount(first, unit), amount(second, unit)];
  return low === undefined || high === undefined ? undefined : { low, high };
}

function range(first: string, second: string, unit: Unit | undefined, value: Value): JsonObject | undefined {
  const [low, high] = [amount(first, unit), amount(second, unit)];
  if (low === undefined && high === undefined) return undefined;
  value.text(1);
  value.text(2);
  return { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
}

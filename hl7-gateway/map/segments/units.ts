import { canonicalUnit } from '../../../server/kernel/ucum-unit.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { setDecimal } from '../datatypes/quantity.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';
import { ucumOfIsoText, ucumOfText } from './unit-codes.ts';

const UCUM = 'http://unitsofmeasure.org';

/** Coding systems of units in which case says nothing. */
const ISO = /^(?:ISO|ISO\+|ANSI?|ANSI?\+)$/i;

/** Unit, and its UCUM code where it is known for sure; FHIR wants the system beside each code. */
export interface Unit {
  readonly unit: string;
  readonly system?: string;
  readonly code?: string;
}

/** CWE or CE of a unit: OBX-6, RXA-7. One without a UCUM code keeps its text, and its code is asked for. */
export function unitOf(value: Value | undefined, draft: MappingDraft): Unit | undefined {
  if (value === undefined) return undefined;
  const id = value.text(1);
  const text = value.text(2);
  const name = value.text(3);
  const unit = text || id || value.text(9) || value.text(5) || value.text(4);
  if (unit === '') return undefined;
  const code = sentUcum(value) ?? answered(id || text, name, draft) ?? known([id, text], name);
  if (code !== undefined) return { unit, system: UCUM, code };
  draft.addUnmapped({
    place: value.place,
    source: name,
    code: id || unit,
    display: unit,
    target: UCUM,
    isRequired: false,
  });
  return { unit };
}

/**
 * Quantity of an NM and its unit, digits as they were sent; undefined for what is no number.
 * @param comparator `<`, `<=`, `>=` or `>`
 */
export function amount(number: string, unit: Unit | undefined, comparator?: string): JsonObject | undefined {
  const made: JsonObject = {};
  if (!setDecimal(made, 'value', number)) return undefined;
  if (comparator !== undefined) made.comparator = comparator;
  return Object.assign(made, unit);
}

/** CQ: number and units. */
export function amountOfCq(value: Value | undefined, draft: MappingDraft): JsonObject | undefined {
  if (value === undefined || amount(value.peek(1), undefined) === undefined) return undefined;
  return amount(value.text(1), unitOfText(value.part(2), draft));
}

/** UnitsOfTime, which durations and periods of a Timing are bound to. https://hl7.org/fhir/R4/valueset-units-of-time.html */
export function timeUnit(unit: Unit | undefined): string | undefined {
  const code = unit?.code;
  return code !== undefined && /^(?:s|min|h|d|wk|mo|a)$/.test(code) ? code : undefined;
}

/** Duration: a quantity of time with its UCUM code. */
export function durationOf(value: Value | undefined, draft: MappingDraft): JsonObject | undefined {
  const made = amountOfCq(value, draft);
  const isTime =
    made !== undefined && /^(?:ms|s|min|h|d|wk|mo|a)$/.test(typeof made.code === 'string' ? made.code : '');
  return isTime ? made : undefined;
}

/** A unit of which there is a text alone. */
export function textUnit(text: string): Unit | undefined {
  if (text === '') return undefined;
  const code = ucumOfText(text);
  return code === undefined ? { unit: text } : { unit: text, system: UCUM, code };
}

/** Units within a CQ are subcomponents: id, text, coding system. */
function unitOfText(units: Value, draft: MappingDraft): Unit | undefined {
  return units.hasContent() ? unitOf(units, draft) : undefined;
}

function sentUcum(value: Value): string | undefined {
  for (const first of [1, 4, 10]) {
    const [code, name] = [value.peek(first), value.peek(first + 2)];
    if (!/^UCUM$/i.test(name) || canonicalUnit(code) === undefined) continue;
    value.text(first);
    value.text(first + 2);
    return code;
  }
  return undefined;
}

function answered(code: string, name: string, { context }: MappingDraft): string | undefined {
  return context.translate(name, code, UCUM)?.code;
}

function known(texts: readonly string[], name: string): string | undefined {
  const look = ISO.test(name) ? ucumOfIsoText : ucumOfText;
  return texts.map(look).find((code) => code !== undefined);
}

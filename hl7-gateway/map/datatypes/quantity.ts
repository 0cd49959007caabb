import { keepNumberText, type JsonObject } from '../../../server/kernel/json.ts';
import type { Value } from '../reading/value.ts';

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/**
 * Sets a decimal with the digits that were sent: `5.40` stays `5.40`. HL7 also writes `+5`, `.5`, `007` and `5.`.
 * @returns false, and sets nothing, for what is no number
 */
export function setDecimal(object: JsonObject, key: string, sent: string): boolean {
  const match = NUMBER.exec(sent.trim());
  if (match === null) return false;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return false;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  const text = `${sign === '-' ? '-' : ''}${digits}${fraction === '' ? '' : `.${fraction}`}`;
  const number = Number(text);
  if (text.length > 64 || !Number.isFinite(number)) return false;
  object[key] = number;
  keepNumberText(object, key, String(number) === text ? undefined : text);
  return true;
}

/** CQ: quantity and units; also an NM, which has no units. */
export function quantity(value: Value): JsonObject | undefined {
  const made: JsonObject = {};
  if (!setDecimal(made, 'value', value.peek(1))) return undefined;
  value.text(1);
  const units = value.part(2);
  const unit = units.text(2) || units.text(1);
  if (unit !== '') made.unit = unit;
  return made;
}

/** NM as a positive integer. */
export function positiveInteger(value: Value): number | undefined {
  const number = wholeNumber(value.peek(1));
  if (number === undefined || number < 1) return undefined;
  value.text(1);
  return number;
}

/** Text of an NM that has no fraction: `2`, `2.0`. */
export function wholeNumber(text: string): number | undefined {
  const match = /^\+?(\d{1,9})(?:\.0*)?$/.exec(text.trim());
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

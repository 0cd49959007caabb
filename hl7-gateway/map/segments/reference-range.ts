import { compareDecimals } from '../../../server/kernel/decimal.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { amount, type Unit } from './units.ts';

const NUMBER = String.raw`[+-]?\d+(?:\.\d+)?|[+-]?\.\d+`;
const BETWEEN = new RegExp(String.raw`^(${NUMBER})\s*(?:-|–|—|to|\.\.)\s*(${NUMBER})$`, 'i');
const BELOW = new RegExp(String.raw`^(?:<=?|≤|up to)\s*(${NUMBER})$`, 'i');
const ABOVE = new RegExp(String.raw`^(?:>=?|≥)\s*(${NUMBER})$`);

/**
 * OBX-7: `3.5 - 5.3`, `<5`, `>= 60` as limits in the unit of the value; everything else, and what was sent in any case, as text.
 * https://hl7.org/fhir/R4/observation-definitions.html#Observation.referenceRange
 * @param unit undefined for values that are no number: limits would be of something else
 */
export function referenceRange(sent: string, unit: Unit | undefined, isNumeric: boolean): JsonObject | undefined {
  const text = sent.trim();
  if (!/[\p{L}\p{N}]/u.test(text)) return undefined;
  return { ...(isNumeric ? limits(withoutUnit(text, unit), unit) : {}), text };
}

function limits(text: string, unit: Unit | undefined): JsonObject {
  const [, low = '', high = ''] = BETWEEN.exec(text) ?? [];
  if (low !== '' && high !== '') return ordered(amount(low, unit), amount(high, unit), low, high);
  const [, top] = BELOW.exec(text) ?? [];
  const [, bottom] = ABOVE.exec(text) ?? [];
  const limit = amount(top ?? bottom ?? '', unit);
  return limit === undefined ? {} : top === undefined ? { low: limit } : { high: limit };
}

/** `10 - 3` is a mistake, or means something else. */
function ordered(lower: JsonObject | undefined, upper: JsonObject | undefined, low: string, high: string): JsonObject {
  if (lower === undefined || upper === undefined || compareDecimals(plain(low), plain(high)) > 0) return {};
  return { low: lower, high: upper };
}

/** Decimals as `kernel/decimal` takes them: `.5` is no decimal there. */
function plain(text: string): string {
  return text.replace(/^([+-]?)\./, '$10.');
}

/** Senders repeat the unit of the value behind the limits: `3.5 - 5.3 mmol/L`. */
function withoutUnit(text: string, unit: Unit | undefined): string {
  const own = unit?.unit ?? '';
  return own !== '' && text.endsWith(own) ? text.slice(0, -own.length).trim() : text;
}

import { isObject, type JsonObject } from '../../kernel/json.ts';
import { listOf, textOf, type IndexedValue } from './values.ts';

export interface TokenValue {
  readonly system?: string;
  /** '' when only the system is given: then `system|` finds it. */
  readonly code: string;
}

const NONE: readonly TokenValue[] = [];

/** What a token parameter finds in a value. https://hl7.org/fhir/R4/search.html#token */
export function tokensOf({ value, type }: IndexedValue): readonly TokenValue[] {
  if (typeof value === 'string') return value === '' ? NONE : [{ code: value }];
  if (typeof value === 'boolean' || typeof value === 'number') return [{ code: String(value) }];
  if (!isObject(value)) return NONE;
  switch (type) {
    case 'Coding':
      return pair(value, textOf(value, 'code'));
    case 'CodeableConcept':
      return concept(value);
    case 'Identifier':
    case 'ContactPoint':
      return pair(value, textOf(value, 'value'));
    case 'Money':
      return pair(value, textOf(value, 'currency'));
    case 'Quantity':
      return pair(value, textOf(value, 'code'));
    default:
      return NONE;
  }
}

function concept(value: JsonObject): readonly TokenValue[] {
  const codings = listOf(value.coding);
  const only = codings[0];
  if (codings.length === 1 && isObject(only)) return pair(only, textOf(only, 'code'));
  return codings.flatMap((coding) => (isObject(coding) ? pair(coding, textOf(coding, 'code')) : NONE));
}

function pair(object: JsonObject, code: string | undefined): readonly TokenValue[] {
  const system = textOf(object, 'system');
  if (system === undefined) return code === undefined ? NONE : [{ code }];
  return [{ system, code: code ?? '' }];
}

/**
 * The form under which `:of-type` finds an identifier: one per coding of its type.
 * https://hl7.org/fhir/R4/search.html#token (modifier of-type: `[system]|[code]|[value]`)
 */
export function ofTypeTexts({ value }: IndexedValue): readonly string[] {
  if (!isObject(value) || !isObject(value.type)) return [];
  const identifier = textOf(value, 'value');
  if (identifier === undefined) return [];
  return concept(value.type).map((type) => ofTypeText(type.system, type.code, identifier));
}

/** Hashed into the key of slot `<path>#of-type`. */
export function ofTypeText(system: string | undefined, code: string, value: string): string {
  return `${system ?? ''}|${code}|${value}`;
}

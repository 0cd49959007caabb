import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

const CORE = 'http://hl7.org/fhir/StructureDefinition/';
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-';

/** What extensions say about the answers of an item. https://hl7.org/fhir/R4/questionnaire-profiles.html#extensions */
export const ITEM_EXTENSIONS = {
  minValue: `${CORE}minValue`,
  maxValue: `${CORE}maxValue`,
  minQuantity: `${SDC}minQuantity`,
  maxQuantity: `${SDC}maxQuantity`,
  minLength: `${CORE}minLength`,
  regex: `${CORE}regex`,
  entryFormat: `${CORE}entryFormat`,
  maxDecimalPlaces: `${CORE}maxDecimalPlaces`,
  mimeType: `${CORE}mimeType`,
  maxSize: `${CORE}maxSize`,
  minOccurs: `${CORE}questionnaire-minOccurs`,
  maxOccurs: `${CORE}questionnaire-maxOccurs`,
  optionExclusive: `${CORE}questionnaire-optionExclusive`,
  unitOption: `${CORE}questionnaire-unitOption`,
  unitValueSet: `${CORE}questionnaire-unitValueSet`,
  referenceResource: `${CORE}questionnaire-referenceResource`,
  constraint: `${CORE}questionnaire-constraint`,
  enableWhenExpression: `${SDC}enableWhenExpression`,
  optionsToggle: `${SDC}answerOptionsToggleExpression`,
  answerExpression: `${SDC}answerExpression`,
} as const;

/** A value[x], answer[x] or initial value, and the object that has it, where the digits of a number are kept. */
export interface TypedValue {
  /** `Decimal` of `valueDecimal` and `answerDecimal` */
  readonly type: string;
  readonly property: string;
  readonly value: JsonValue;
  readonly owner: JsonObject;
}

/** The value[x] of an answer, an option or an extension; the answer[x] of a condition. */
export function typedValue(owner: JsonObject, element: 'value' | 'answer' = 'value'): TypedValue | undefined {
  for (const property in owner) {
    const value = owner[property];
    if (value === undefined || value === null || !property.startsWith(element)) continue;
    return { type: property.slice(element.length), property, value, owner };
  }
  return undefined;
}

export function extensionsOf({ extension }: JsonObject, url: string): readonly JsonObject[] {
  if (!Array.isArray(extension)) return [];
  return extension.filter((item): item is JsonObject => isObject(item) && item.url === url);
}

export function extensionValues(element: JsonObject, url: string): readonly TypedValue[] {
  return extensionsOf(element, url).flatMap((extension) => typedValue(extension) ?? []);
}

export function extensionNumber(element: JsonObject, url: string): number | undefined {
  const value = extensionValues(element, url)[0]?.value;
  return typeof value === 'number' ? value : undefined;
}

export function extensionText(element: JsonObject, url: string): string | undefined {
  const value = extensionValues(element, url)[0]?.value;
  return typeof value === 'string' ? value : undefined;
}

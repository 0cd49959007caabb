import { type ResourceOf } from '#sdk';
import { plainDecimal } from './plain-decimal.ts';
import { SEVERITIES, type Severity } from '../check-result.ts';
import { CONDITION_GROUP, DRUG_CLASS, INGREDIENT, structure } from '../names.ts';
import { CONDITION_GROUPS, DRUG_CLASSES, INGREDIENTS } from './vocabulary.ts';

type Extension = NonNullable<ResourceOf<'Basic'>['extension']>[number];
type Coding = NonNullable<Extension['valueCoding']>;

/** A resource that cannot be read as a fact. The message says what would be accepted. */
export class BadFact extends Error {}

export function extensionsOf(element: { readonly extension?: Extension[] }, name: string): readonly Extension[] {
  return (element.extension ?? []).filter(({ url }) => url === structure(name));
}

export function textExtension(element: { readonly extension?: Extension[] }, name: string): string {
  const text = extensionsOf(element, name)[0]?.valueString;
  if (text === undefined || text.trim() === '')
    throw new BadFact(`the extension ${structure(name)} must say something`);
  return text;
}

export function codeExtension(element: { readonly extension?: Extension[] }, name: string): string | undefined {
  return extensionsOf(element, name)[0]?.valueCode;
}

export function severityOf(element: { readonly extension?: Extension[] }): Severity {
  const code = codeExtension(element, 'drug-fact-severity');
  const severity = SEVERITIES.find((each) => each === code);
  if (severity === undefined) throw new BadFact(`its severity must be one of ${SEVERITIES.join(', ')}`);
  return severity;
}

/** The code of an ingredient or a class. @throws BadFact for one that the knowledge does not have */
export function drugCode(coding: Coding | undefined): string {
  const { system, code = '' } = coding ?? {};
  const known = system === INGREDIENT ? INGREDIENTS : system === DRUG_CLASS ? DRUG_CLASSES : undefined;
  if (known?.has(code) === true) return code;
  throw new BadFact(`a drug must be a code of ${INGREDIENT} or ${DRUG_CLASS}; "${code.slice(0, 64)}" is none`);
}

export function conditionCode(codings: readonly Coding[] | undefined): string {
  const code = codings?.find(({ system }) => system === CONDITION_GROUP)?.code ?? '';
  if (CONDITION_GROUPS.has(code)) return code;
  throw new BadFact(`a condition must be a code of ${CONDITION_GROUP}; "${code.slice(0, 64)}" is none`);
}

export function isAnyRoute(element: { readonly extension?: Extension[] }): boolean {
  return extensionsOf(element, 'drug-fact-any-route')[0]?.valueBoolean === true;
}

/** @throws BadFact when there is none, or it is not in the unit */
export function positiveNumber(
  quantity: Extension['valueQuantity'],
  unit: string,
  what: string,
): { readonly text: string; readonly value: number } {
  const text = plainDecimal(quantity, 'value');
  const value = Number(text);
  if (text === undefined || quantity?.code !== unit || !(value >= 0)) throw new BadFact(`${what} must be in ${unit}`);
  return { text, value };
}

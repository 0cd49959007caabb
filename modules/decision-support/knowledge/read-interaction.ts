import { compareDecimals, type ResourceOf } from '#sdk';
import { plainDecimal } from './plain-decimal.ts';
import type { InteractionRule } from './facts.ts';
import {
  BadFact,
  codeExtension,
  conditionCode,
  drugCode,
  extensionsOf,
  isAnyRoute,
  positiveNumber,
  severityOf,
  textExtension,
} from './read-fact.ts';

type Interaction = ResourceOf<'MedicinalProductInteraction'>;

/** @throws BadFact */
export function readInteraction(resource: Interaction): InteractionRule {
  const [first, second, ...more] = (resource.interactant ?? []).map((each) =>
    drugCode(each.itemCodeableConcept?.coding?.[0]),
  );
  if (first === undefined || second === undefined || more.length > 0) throw new BadFact('it needs two interactants');
  const condition = extensionsOf(resource, 'interaction-condition')[0]?.valueCoding;
  const mechanism = extensionsOf(resource, 'drug-fact-mechanism')[0]?.valueString ?? '';
  return {
    id: resource.id ?? '',
    severity: severityOf(resource),
    sides: [first, second],
    mechanism,
    effect: textOf(resource.effect, 'effect'),
    management: textOf(resource.management, 'management'),
    citation: textExtension(resource, 'drug-fact-citation'),
    reviewStatus: codeExtension(resource, 'drug-fact-review') ?? 'clinician-review-required',
    anyRoute: isAnyRoute(resource),
    washout: washoutOf(resource),
    doseCap: doseCapOf(resource),
    condition: condition === undefined ? undefined : conditionCode([condition]),
    oncPair: extensionsOf(resource, 'interaction-onc-pair')[0]?.valueString,
  };
}

function textOf(concept: { readonly text?: string | undefined } | undefined, name: string): string {
  const text = concept?.text?.trim() ?? '';
  if (text === '') throw new BadFact(`${name}.text must say something`);
  return text;
}

function washoutOf(resource: Interaction): ReadonlyMap<string, number> {
  return new Map(
    extensionsOf(resource, 'interaction-washout').map(({ extension = [] }) => {
      const drug = drugCode(extension.find(({ url }) => url === 'drug')?.valueCoding);
      const days = plainDecimal(
        extension.find(({ url }) => url === 'days'),
        'valueDecimal',
      );
      if (days === undefined || compareDecimals(days, '0') <= 0 || compareDecimals(days, '365') > 0)
        throw new BadFact('days after stopping must be more than 0 and at most 365');
      return [drug, Number(days)];
    }),
  );
}

function doseCapOf(resource: Interaction): InteractionRule['doseCap'] {
  const parts = extensionsOf(resource, 'interaction-dose-cap')[0]?.extension;
  if (parts === undefined) return undefined;
  const drug = drugCode(parts.find(({ url }) => url === 'drug')?.valueCoding);
  const quantity = parts.find(({ url }) => url === 'perDay')?.valueQuantity;
  return { drug, perDay: positiveNumber(quantity, 'mg', 'the dose above which it holds').text };
}

import { compareDecimals, decimalText } from '#sdk';
import { isReasonable } from './money.ts';
import { componentsOf, conditionsOf, FHIRPATH, type Component, type Definition } from './price-definition.ts';

/** Why the components of a definition cannot be computed; undefined when they can. */
export function mistakeIn(definition: Definition): string | undefined {
  return componentsOf(definition)
    .map(mistakeInComponent)
    .find((why) => why !== undefined);
}

/** What was stored before these rules were in force may have mistakes: nothing is priced by it. */
export function isUsable(definition: Definition): boolean {
  const isFhirPath = conditionsOf(definition).every(({ language = FHIRPATH }) => language === FHIRPATH);
  return isFhirPath && mistakeIn(definition) === undefined;
}

function mistakeInComponent(component: Component): string | undefined {
  const { type, amount } = component;
  if (type === 'informational') return undefined;
  if (type === 'tax' || type === 'deduction') return `${type} is not computed here; base, surcharge and discount are`;
  const [factor, value] = [decimalText(component, 'factor'), decimalText(amount, 'value')];
  if ((factor === undefined) === (amount === undefined)) return `${type} needs either a factor or an amount`;
  if (amount !== undefined) {
    const isAmount = amount.currency !== undefined && isReasonable(value);
    return isAmount ? undefined : 'an amount has a currency and is between 0 and 999999999999.99999999';
  }
  if (type === 'base') return 'a base is an amount: the price of one unit';
  if (!isReasonable(factor) || compareDecimals(factor, '0') <= 0)
    return 'a factor is above 0, as 0.1 for 10 %, with at most eight digits behind the point';
  return type === 'discount' && compareDecimals(factor, '1') > 0 ? 'a discount is at most the factor 1' : undefined;
}

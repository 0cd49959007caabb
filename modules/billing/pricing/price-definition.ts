import { decimalText, type ResourceOf } from '#sdk';
import { extensionUrl } from '../names.ts';
import type { Amount } from './money.ts';

export type Definition = ResourceOf<'ChargeItemDefinition'>;
export type Group = NonNullable<Definition['propertyGroup']>[number];
export type Condition = NonNullable<Definition['applicability']>[number];
export type Component = NonNullable<Group['priceComponent']>[number];

/** Canonical with the version: what a price is known by. */
export function canonicalOf({ url, version }: Pick<Definition, 'url' | 'version'>): string {
  return version === undefined ? url : `${url}|${version}`;
}

/** Whether its discounts go together with others; those that say nothing stand alone. */
export function combines({ extension = [] }: Definition): boolean {
  return extension.find(({ url }) => url === extensionUrl('discount-combines'))?.valueBoolean ?? false;
}

/** Of what the base is the price: one base unit of a product, or whatever is given at once. */
export function pricedPer({ extension = [] }: Definition): 'unit' | 'administration' {
  const said = extension.find(({ url }) => url === extensionUrl('priced-per'))?.valueCode;
  return said === 'administration' ? said : 'unit';
}

export function componentsOf({ propertyGroup = [] }: Definition): readonly Component[] {
  return propertyGroup.flatMap(({ priceComponent = [] }) => priceComponent);
}

/** The language of conditions; they are in it when they say nothing. */
export const FHIRPATH = 'text/fhirpath';

/** All conditions, of the definition and of its groups. */
export function conditionsOf({ applicability = [], propertyGroup = [] }: Definition): readonly Condition[] {
  return [...applicability, ...propertyGroup.flatMap((group) => group.applicability ?? [])];
}

/** Undefined without value and currency. */
export function amountOf(money: Component['amount']): Amount | undefined {
  const value = decimalText(money, 'value');
  return value === undefined || money?.currency === undefined ? undefined : { value, currency: money.currency };
}

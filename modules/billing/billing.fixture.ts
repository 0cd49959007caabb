import type { ResourceOf } from '#sdk';
import type { TestAnswer } from '#sdk/testing';
import { extensionUrl, PRICED_INVOICE } from './names.ts';

type Definition = ResourceOf<'ChargeItemDefinition'>;
type Component = NonNullable<NonNullable<Definition['propertyGroup']>[number]['priceComponent']>[number];

const CODES = 'urn:test:code';

/** Everybody who is 65 on the day. */
export const SENIOR = '%patient.birthDate <= %date - 65 years';

/** A definition in force with one price component. */
export function definition(
  name: string,
  component: Component,
  more: Partial<Definition> & { readonly when?: string } = {},
): Definition {
  const { when, ...rest } = more;
  return {
    resourceType: 'ChargeItemDefinition',
    url: `https://clinic.example/price/${name}`,
    version: '1',
    status: 'active',
    ...(when === undefined ? {} : { applicability: [{ expression: when }] }),
    propertyGroup: [{ priceComponent: [component] }],
    ...rest,
  };
}

export const COMBINES = [{ url: extensionUrl('discount-combines'), valueBoolean: true }];

export function codeable(code: string): { coding: { system: string; code: string }[] } {
  return { coding: [{ system: CODES, code }] };
}

/** An Invoice of the profile with lines of one base each. */
export function invoice(
  lines: readonly { readonly code: string; readonly value: number; readonly currency?: 'EUR' | 'USD' }[],
  more: Partial<ResourceOf<'Invoice'>> = {},
): ResourceOf<'Invoice'> {
  return {
    resourceType: 'Invoice',
    meta: { profile: [PRICED_INVOICE] },
    status: 'issued',
    lineItem: lines.map(({ code, value, currency = 'EUR' }) => ({
      chargeItemCodeableConcept: codeable(code),
      priceComponent: [{ type: 'base', factor: 1, amount: { value, currency } }],
    })),
    ...more,
  };
}

/** Amounts of each line, then the totals. */
export function amountsOf({ body }: Pick<TestAnswer, 'body'>): readonly unknown[] {
  const { lineItem = [], totalNet, totalGross } = body as unknown as ResourceOf<'Invoice'>;
  const lines = lineItem.map(({ priceComponent = [] }) => priceComponent.map(({ amount }) => amount?.value));
  return [...lines, totalNet?.value, totalGross?.value];
}

/** Status and code of the first issue. */
export function outcome({ status, body }: TestAnswer): readonly [number, string | undefined] {
  const [issue] = (body.issue ?? []) as readonly {
    readonly details?: { readonly coding?: readonly { readonly code: string }[] };
  }[];
  return [status, issue?.details?.coding?.[0]?.code];
}

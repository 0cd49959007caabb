import { setDecimal } from '#sdk';
import { extensionUrl } from '../names.ts';
import { moneyOf } from '../pricing/money.ts';
import type { PricedComponent, PricedLine } from '../pricing/price-line.ts';
import type { Charge } from './charge.ts';

type Extension = NonNullable<Charge['extension']>[number];

export const CHARGE_PRICE = extensionUrl('charge-price');

/** The price of a charge, as it is kept in it: what remains, and how it came about. */
export function chargePrice({ components, net }: PricedLine): Extension {
  return {
    url: CHARGE_PRICE,
    extension: [{ url: 'net', valueMoney: moneyOf(net) }, ...components.map(componentOf)],
  };
}

function componentOf({ type, factor, amount, definition }: PricedComponent): Extension {
  return {
    url: 'component',
    extension: [
      { url: 'type', valueCode: type },
      ...(factor === undefined
        ? []
        : [setDecimal<Extension>({ url: 'factor', valueDecimal: 0 }, 'valueDecimal', factor)]),
      { url: 'amount', valueMoney: moneyOf(amount) },
      ...(definition === undefined ? [] : [{ url: 'definition', valueCanonical: definition }]),
    ],
  };
}

export function priceIn({ extension = [] }: Charge): Extension | undefined {
  return extension.find(({ url }) => url === CHARGE_PRICE);
}

import type { Delivery } from '../invite-account.ts';

/** Where a link went. */
export function deliveryParameter(delivery: Delivery): object {
  return 'link' in delivery
    ? { name: 'link', valueUrl: delivery.link }
    : { name: 'mailedTo', valueString: delivery.mailedTo };
}

import { defineRule } from '#sdk';
import { sideOf } from '../accounts.ts';
import { faults } from '../faults.ts';

/** The accounts of the ledger stay. */
export const account = defineRule({
  name: 'stock-account',
  on: 'Location',
  check({ before, after, id }) {
    if (before !== undefined && after === undefined && sideOf(id) !== 'place') throw faults.fixedAccount();
    return undefined;
  },
});

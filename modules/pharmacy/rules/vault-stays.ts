import { defineRule } from '#sdk';
import { faults } from '../faults.ts';
import { stockAt } from '../stock-at.ts';
import { storedEnd } from '../vault/last-entry.ts';
import { isVault } from '../vault/vault-place.ts';

/** A place whose movements were witnessed does not become an ordinary one: that would be the way past the witness. */
export const vaultStays = defineRule<'Location'>({
  name: 'vault-stays',
  on: 'Location',
  async check({ id, before, after }, context) {
    if (before === undefined || !isVault(before) || (after !== undefined && isVault(after))) return undefined;
    const { seq } = await storedEnd(await context.projection('pharmacy.vault'), `Location/${id}`);
    if (seq > 0 || (await stockAt(context, `Location/${id}`)).size > 0) throw faults.vaultStays();
    return undefined;
  },
});

import { defineRule, type ResourceOf, type RuleContext } from '#sdk';
import { faults } from '../faults.ts';
import { extensionUrl } from '../names.ts';
import { signatureOf, withPosition } from '../vault/anchor.ts';
import { storedEnd } from '../vault/last-entry.ts';
import { localName } from '../vault/moved.ts';
import { extensionOf, recordKind, withExtensions } from '../vault/pharmacy-record.ts';
import { requireAgreement } from '../vault/shift-end.ts';
import { recordIdentifier, requireComparable } from '../vault/vault-count.ts';
import { requirePerson } from '../vault/vault-person.ts';
import { vaultsAmong } from '../vault/vault-place.ts';

type Basic = ResourceOf<'Basic'> & { readonly id: string };

/**
 * Statements, counts and ends of shifts are made by persons at a vault, anchors by the server; they say truly who and when,
 * and stay as they are.
 */
export const pharmacyRecord = defineRule<'Basic'>({
  name: 'pharmacy-record',
  on: 'Basic',
  async change({ before, after }, context) {
    if (after === undefined) return undefined;
    const kind = recordKind(after);
    if (before !== undefined) {
      if (kind !== undefined || recordKind(before) !== undefined) throw faults.recordFrozen();
      return undefined;
    }
    return kind === undefined ? undefined : recorded(kind, after, context);
  },
  check({ before, after }) {
    if (after === undefined && recordKind(before) !== undefined) throw faults.recordFrozen();
    return undefined;
  },
});

async function recorded(kind: string, basic: Basic, context: RuleContext): Promise<Basic> {
  const author = kind === 'vault-anchor' ? undefined : requirePerson(context);
  const tables = await context.projection('pharmacy.vault');
  const vault = localName(basic.subject);
  if ((await vaultsAmong(tables, [vault])).length === 0) throw faults.noVault();
  const now = context.now().toISOString();
  const { author: _said, ...rest } = basic;
  const stamped: Basic = {
    ...rest,
    subject: { reference: vault },
    created: now.slice(0, 10),
    ...(author === undefined ? {} : { author: { reference: author } }),
  };
  if (kind === 'witness-statement') {
    if (!/^[0-9a-f]{64}$/.test(extensionOf(basic, 'witnessed-movement')?.valueString ?? ''))
      throw faults.badStatement();
    return withExtensions(stamped, [{ url: extensionUrl('witnessed-at'), valueInstant: now }]);
  }
  // Nothing moves while the number of the last movement is being written down.
  await context.lock(`vault|${vault}`);
  const end = await storedEnd(tables, vault);
  if (kind === 'vault-anchor') {
    if (context.actor.kind !== 'server') throw faults.anchorOfServer();
    return withExtensions(withPosition(stamped, end), [signatureOf(vault, end, context)]);
  }
  const found: Basic = { ...stamped, identifier: [recordIdentifier(kind, vault, end.seq)] };
  if (kind === 'vault-count') {
    await requireComparable(basic, author ?? '', vault, end.seq, context);
    return withPosition(found, end);
  }
  if (kind !== 'vault-shift') throw faults.unknownRecord();
  await requireAgreement(vault, end.seq, context);
  return withPosition(found, end);
}

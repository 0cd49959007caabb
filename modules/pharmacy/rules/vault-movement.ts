import { decimalText, defineRule, type ProjectionTables, type ResourceOf, type RuleContext } from '#sdk';
import { isMergeRelink } from '#modules/administration';
import { faults } from '../faults.ts';
import { extensionUrl } from '../names.ts';
import { endInTransaction, sealedInTransaction } from '../vault/last-entry.ts';
import { descriptionHash } from '../vault/movement-description.ts';
import { movedBy, wasteText, type Moved } from '../vault/moved.ts';
import { extensionOf, withExtensions } from '../vault/pharmacy-record.ts';
import { readSeals, sealHash, withSeals, type Seal } from '../vault/seal.ts';
import { requirePerson } from '../vault/vault-person.ts';
import { vaultsAmong } from '../vault/vault-place.ts';
import { statementOf, usableUntil } from '../vault/witness-statement.ts';

type Movement = ResourceOf<'SupplyDelivery'> & { readonly id: string };

/** Comes from where nothing has to be explained. Whatever else changes the number in a vault needs a witness, in or out. */
const OPEN_WAYS_IN: ReadonlySet<string> = new Set(['receipt', 'transfer']);

/**
 * Nothing leaves a vault without a witness, and whatever touches one becomes an entry of its chain: numbered without gaps,
 * tied to the entry before, never changed again.
 */
export const vaultMovement = defineRule<'SupplyDelivery'>({
  name: 'vault-movement',
  on: 'SupplyDelivery',
  async change(change, context) {
    const { before, after } = change;
    if (after === undefined) return undefined;
    if (before !== undefined && readSeals(before).length > 0) {
      if (await isMergeRelink(change, context)) return undefined;
      throw faults.sealedMovement();
    }
    const moved = movedBy(after);
    const tables = await context.projection('pharmacy.vault');
    const vaults = await vaultsAmong(tables, [moved.origin, moved.destination]);
    const clean = withoutStamps(after);
    if (vaults.length === 0) return clean;
    const leaves = vaults.includes(moved.origin);
    if (after.status !== 'completed') {
      if (leaves) throw faults.vaultAtOnce();
      return clean;
    }
    await context.lock(...vaults.map((vault) => `vault|${vault}`));
    const needsWitness = leaves || !OPEN_WAYS_IN.has(moved.type);
    if (needsWitness) await requireWitness(clean, moved, context);
    return sealed(authored(clean, context), vaults, tables);
  },
  check({ before, after }) {
    if (after === undefined && before !== undefined && readSeals(before).length > 0) throw faults.sealedMovement();
  },
});

/** Without what only the server says; the very same when there is nothing of it. */
function withoutStamps(movement: Movement): Movement {
  const url = extensionUrl('vault-author');
  const isPlain = readSeals(movement).length === 0 && !movement.extension?.some((each) => each.url === url);
  if (isPlain) return movement;
  const { extension, ...rest } = withSeals(movement, []);
  const kept = extension?.filter((each) => each.url !== url) ?? [];
  return { ...rest, ...(kept.length === 0 ? {} : { extension: kept }), id: movement.id };
}

function authored(movement: Movement, { actor }: RuleContext): Movement {
  if (actor.kind !== 'user' || actor.reference === undefined) return movement;
  const stamp = { url: extensionUrl('vault-author'), valueReference: { reference: actor.reference } };
  return withExtensions(movement, [stamp]);
}

async function requireWitness(movement: Movement, moved: Moved, context: RuleContext): Promise<void> {
  const author = requirePerson(context);
  if (extensionOf(movement, 'vault-witness') === undefined) throw faults.witnessMissing();
  const statement = await statementOf(movement, context);
  if (statement === undefined) throw faults.witnessMissing();
  if (statement.witness === author) throw faults.witnessIsAuthor();
  const { origin, destination, lot, quantity, type } = moved;
  const waste = wasteText(movement, (element) => decimalText(element as { value?: number }, 'value') ?? '');
  const seen = await descriptionHash({ author, origin, destination, lot, quantity, type, waste });
  if (statement.hash !== seen) throw faults.witnessedOther();
  if (context.now() > usableUntil(statement)) throw faults.witnessExpired();
}

async function sealed(movement: Movement, vaults: readonly string[], tables: ProjectionTables): Promise<Movement> {
  const seals: Seal[] = [];
  for (const vault of vaults) {
    const end = await endInTransaction(tables, vault);
    const place = { vault, seq: end.seq + 1, previous: end.hash };
    const seal = { ...place, hash: await sealHash(movement, place) };
    await sealedInTransaction(tables, seal);
    seals.push(seal);
  }
  return { ...withSeals(movement, seals), id: movement.id };
}

import { defineOperation, type Stored } from '#sdk';
import { RECORD_SYSTEM } from '../names.ts';
import { readAnchor } from '../vault/anchor.ts';
import { firstBreak, firstUnanchored } from '../vault/chain.ts';

/** More than the movements of decades. */
const MOST = 100_000;

export const verifyVault = defineOperation({
  code: 'verify-vault',
  title: 'Verify the chain of a vault',
  text: 'Computes the hash of every movement of the vault again, from the first, and names the first that is missing or was altered; compares them with what the server signed.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: false,
  input: {},
  output: {
    intact: { type: 'boolean', min: 1, text: 'Whether everything holds.' },
    movements: { type: 'integer', min: 1, text: 'How many movements there are.' },
    seq: { type: 'integer', text: 'Number of the first that does not hold.' },
    movement: { type: 'Reference', text: 'That movement, when it is there.' },
    reason: {
      type: 'code',
      text: 'missing, altered, unlinked (does not follow the one before), duplicate, or unlike-anchor (the server signed another hash).',
    },
  },
  async run(context, { id = '' }) {
    const vault = `Location/${id}`;
    const { movements, known, anchors } = await context.asServer(async (clinic) => {
      const tables = await clinic.projection('pharmacy.vault');
      const rows = await tables.query<{ readonly seq: number; readonly hash: string }>(
        'select seq, hash from @vault_entry where tenant = $1 and vault = $2',
        [tables.tenant, vault],
      );
      const all = new Map<string, Stored<'SupplyDelivery'>>();
      for (const side of ['origin', 'destination']) {
        for (const movement of await clinic.search('SupplyDelivery', `${side}=${vault}`, MOST))
          all.set(movement.id, movement);
      }
      const code = encodeURIComponent(`${RECORD_SYSTEM}|vault-anchor`);
      const anchors = await clinic.search('Basic', `code=${code}&subject=${vault}`, MOST);
      return { movements: [...all.values()], known: new Map(rows.map(({ seq, hash }) => [seq, hash])), anchors };
    });
    const signed = anchors.map((anchor) => readAnchor(anchor, vault, context));
    const found = (await firstBreak(vault, movements, known)) ?? firstUnanchored(signed, known);
    if (found === undefined) return { intact: true, movements: known.size };
    const { seq, movement, reason } = found;
    return {
      intact: false,
      movements: known.size,
      seq,
      movement: movement === undefined ? undefined : { reference: movement },
      reason,
    };
  },
});

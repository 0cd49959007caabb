import { defineOperation, type ClinicTransaction, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { stockAt } from '../stock-at.ts';
import { resolveDiscrepancies, tellDiscrepancy } from '../vault/discrepancy.ts';
import { storedEnd } from '../vault/last-entry.ts';
import { localName } from '../vault/moved.ts';
import { countsAt, differences, firstCountOf, readCounted, vaultCount, type Counted } from '../vault/vault-count.ts';
import { requirePerson } from '../vault/vault-person.ts';

export const vaultCounting = defineOperation({
  code: 'vault-count',
  title: 'Count a vault',
  text: 'One person counts, then another. Neither is told the number of the ledger or of the other. When they differ, a DetectedIssue and a Task say so, and the shift cannot end.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: true,
  input: {
    lot: { type: 'Reference', max: '*', text: 'Each lot that is there: Medication/[id].' },
    quantity: { type: 'integer', max: '*', text: 'How many base units of each lot were counted, in the same order.' },
  },
  output: {
    result: { type: 'code', min: 1, text: 'first: another person has to count too; agrees; differs.' },
    count: { type: 'Reference', min: 1, text: 'The count that was recorded.' },
    lot: { type: 'Reference', max: '*', text: 'Lots that differ.' },
    issue: { type: 'Reference', text: 'What was found, for who has to look into it.' },
  },
  async run(context, { id = '', input }) {
    const person = requirePerson(context);
    const vault = `Location/${id}`;
    const counted = countedIn(input);
    // What others counted is not to be seen by who counts: the server looks at it.
    const previous = await context.asServer((clinic) => uncheckedCount(clinic, vault, person));
    return context.inTransaction(async (clinic) => {
      const { id: count } = await clinic.create(vaultCount(vault, counted, previous && `Basic/${previous.id}`));
      const answer = { count: { reference: `Basic/${count}` } };
      if (previous === undefined) return { ...answer, result: 'first' };
      const first = readCounted(previous);
      const ledger = await stockAt(clinic, vault);
      const lots = [...new Set([...differences(counted, ledger), ...differences(counted, first)])].sort();
      const at = context.now();
      if (lots.length === 0) {
        await resolveDiscrepancies(clinic, vault, answer.count.reference, at);
        return { ...answer, result: 'agrees' };
      }
      const detail = lots
        .map(
          (lot) =>
            `${lot}: counted ${first.get(lot) ?? 0} and ${counted.get(lot) ?? 0}, ledger ${ledger.get(lot) ?? 0}`,
        )
        .join('; ');
      const issue = await tellDiscrepancy(clinic, { vault, count: answer.count.reference, person, lots, detail, at });
      return {
        ...answer,
        result: 'differs',
        lot: lots.map((reference) => ({ reference })),
        issue: { reference: issue },
      };
    });
  },
});

function countedIn({
  lot,
  quantity,
}: {
  readonly lot: readonly { readonly reference?: string }[];
  readonly quantity: readonly number[];
}): Counted {
  const counted = new Map(lot.map((each, index) => [localName(each), quantity[index] ?? 0]));
  if (lot.length !== quantity.length || counted.size !== lot.length) throw faults.badCount();
  return counted;
}

/** The last count by somebody else since the last movement, unless it was checked already. */
async function uncheckedCount(
  clinic: ClinicTransaction,
  vault: string,
  person: string,
): Promise<Stored<'Basic'> | undefined> {
  const { seq } = await storedEnd(await clinic.projection('pharmacy.vault'), vault);
  const counts = await countsAt(clinic, vault, seq);
  const checked = new Set(counts.map(firstCountOf));
  return counts.find(
    (count) => firstCountOf(count) === '' && count.author?.reference !== person && !checked.has(`Basic/${count.id}`),
  );
}

import type { ClinicReader, ResourceOf, Stored } from '#sdk';
import { faults } from '../faults.ts';
import { extensionUrl, identifierSystem } from '../names.ts';
import { localName } from './moved.ts';
import { extensionOf, pharmacyRecord, recordKind } from './pharmacy-record.ts';

type Basic = ResourceOf<'Basic'>;

/** Units counted by lot: `Medication/1`. */
export type Counted = ReadonlyMap<string, number>;

/** What a person counted. Neither they nor the one who counts after them see the number of the ledger. */
export function vaultCount(vault: string, counted: Counted, checks: string | undefined): Basic {
  const lines = [...counted].map(([lot, quantity]) => ({
    url: extensionUrl('vault-counted'),
    extension: [
      { url: 'lot', valueReference: { reference: lot } },
      { url: 'quantity', valueInteger: quantity },
    ],
  }));
  const first =
    checks === undefined ? [] : [{ url: extensionUrl('vault-count-checks'), valueReference: { reference: checks } }];
  return pharmacyRecord('vault-count', vault, [...lines, ...first]);
}

export function readCounted({ extension = [] }: Basic): Counted {
  const url = extensionUrl('vault-counted');
  return new Map(
    extension
      .filter((each) => each.url === url)
      .map(({ extension: parts = [] }) => [
        localName(parts.find((part) => part.url === 'lot')?.valueReference),
        parts.find((part) => part.url === 'quantity')?.valueInteger ?? 0,
      ]),
  );
}

/** Lots of which two counts, or a count and the ledger, say different numbers; what one does not name is none. */
export function differences(a: Counted, b: Counted): readonly string[] {
  const lots = new Set([...a.keys(), ...b.keys()]);
  return [...lots].filter((lot) => (a.get(lot) ?? 0) !== (b.get(lot) ?? 0)).sort();
}

/** By which records of one kind are found that were made since the last movement of a vault. */
export function recordIdentifier(
  kind: string,
  vault: string,
  position: number,
): { readonly system: string; readonly value: string } {
  return { system: identifierSystem('vault-record'), value: `${kind}/${vault}/${position}` };
}

/** Counts of a vault since its last movement, newest first. */
export async function countsAt(
  reader: Pick<ClinicReader, 'search'>,
  vault: string,
  position: number,
): Promise<readonly Stored<'Basic'>[]> {
  const { system, value } = recordIdentifier('vault-count', vault, position);
  const criteria = `identifier=${encodeURIComponent(`${system}|${value}`)}&_sort=-_lastUpdated`;
  return reader.search('Basic', criteria);
}

export function firstCountOf(basic: Basic): string {
  return localName(extensionOf(basic, 'vault-count-checks')?.valueReference);
}

/**
 * A count has one line for each lot, and one that checks another is made by another person, with nothing moved between them.
 * @throws Fault 403, 409 or 422
 */
export async function requireComparable(
  basic: Basic,
  author: string,
  vault: string,
  position: number,
  reader: Pick<ClinicReader, 'resolve'>,
): Promise<void> {
  const lines = basic.extension?.filter(({ url }) => url === extensionUrl('vault-counted')) ?? [];
  const counted = readCounted(basic);
  const isFine = counted.size === lines.length && [...counted].every(([lot, quantity]) => isLine(lot, quantity));
  if (!isFine) throw faults.badCount();
  const checked = extensionOf(basic, 'vault-count-checks')?.valueReference;
  if (checked === undefined) return;
  const first = await reader.resolve(checked, 'Basic');
  if (first === undefined || recordKind(first) !== 'vault-count' || firstCountOf(first) !== '')
    throw faults.noFirstCount();
  if (first.author?.reference === author) throw faults.sameCounter();
  const isSamePlace = localName(first.subject) === vault;
  if (!isSamePlace || extensionOf(first, 'vault-position')?.valueInteger !== position) throw faults.movedSince();
}

function isLine(lot: string, quantity: number): boolean {
  return lot.startsWith('Medication/') && Number.isSafeInteger(quantity) && quantity >= 0;
}

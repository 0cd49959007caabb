import type { Input, ParameterDefinitions } from '#sdk';
import { faults } from '../faults.ts';
import type { MovementDescription } from './movement-description.ts';
import { wholeUnits } from '../whole-number.ts';
import { localName } from './moved.ts';

/** How things come into a vault and leave it. */
export const VAULT_TYPES = [
  'transfer',
  'issue',
  'patient-return',
  'waste',
  'destruction',
  'supplier-return',
  'count-gain',
  'count-loss',
  'reversal',
] as const;

/** Account of the ledger that is the other side of a movement of the type; undefined where it is a place that has to be said. */
const ACCOUNTS: Readonly<Record<string, string>> = {
  issue: 'Location/stock-patient',
  'patient-return': 'Location/stock-patient',
  waste: 'Location/stock-loss',
  destruction: 'Location/stock-destroyed',
  'supplier-return': 'Location/stock-supplier',
  'count-gain': 'Location/stock-adjustment',
  'count-loss': 'Location/stock-adjustment',
};

const INWARD: ReadonlySet<string> = new Set(['patient-return', 'count-gain']);

/** What both persons say about a movement: the one who moves it to $vault-move, the other to $witness. */
export const MOVEMENT_INPUT = {
  type: { type: 'code', min: 1, text: 'What kind of movement it is.', oneOf: VAULT_TYPES },
  lot: { type: 'Reference', min: 1, text: 'The lot: Medication/[id].' },
  quantity: { type: 'integer', min: 1, text: 'How many base units of it.' },
  to: { type: 'Reference', text: 'Place that it goes to, for a transfer or reversal out of the vault.' },
  from: { type: 'Reference', text: 'Place that it comes from, for a transfer or reversal into the vault.' },
  waste: { type: 'Quantity', text: 'How much of the contents of an opened container is destroyed, such as 0.5 mL.' },
} as const satisfies ParameterDefinitions;

/**
 * The movement that the input describes.
 * @param vault `Location/1`
 * @param digits the decimal of a Quantity as it was written
 * @throws Fault 422 when it is not clear from where to where
 */
export function describedMovement(
  { type, lot, quantity, to, from, waste }: Input<typeof MOVEMENT_INPUT>,
  vault: string,
  author: string,
  digits: (quantity: { readonly value?: number }) => string,
): MovementDescription {
  const account = ACCOUNTS[type];
  const isSaid = (to === undefined) !== (from === undefined);
  if (account === undefined ? !isSaid : to !== undefined || from !== undefined) throw faults.whereTo(type);
  const other = account ?? localName(to ?? from);
  const isInward = account === undefined ? from !== undefined : INWARD.has(type);
  const name = localName(lot);
  if (!other.startsWith('Location/') || !name.startsWith('Medication/')) throw faults.whereTo(type);
  return {
    author,
    origin: isInward ? other : vault,
    destination: isInward ? vault : other,
    lot: name,
    quantity: wholeUnits(quantity),
    type,
    waste: waste === undefined ? '' : `${digits(waste)} ${waste.code ?? waste.unit ?? ''}`,
  };
}

import type { ClinicReader, ModuleContext, ResourceOf } from '#sdk';
import { localDay, lotIn } from '#modules/supply';
import { faults } from '../faults.ts';
import { localName } from '../vault/moved.ts';
import type { HandedOut } from './handed-out-of.ts';
import { zoneOf } from './zone-of.ts';

const WITHDRAWN: ReadonlySet<string> = new Set(['cancelled', 'stopped', 'entered-in-error']);

/**
 * What waited for a patient may still be theirs: its lots were not recalled and have not expired, and the order was not
 * withdrawn meanwhile.
 * @param out what the ledger says of the dispense
 * @throws Fault 422
 */
export async function requireCollectable(
  { authorizingPrescription = [], location }: ResourceOf<'MedicationDispense'>,
  out: readonly HandedOut[],
  context: ClinicReader & Pick<ModuleContext, 'now'>,
): Promise<void> {
  const order = await context.resolve(authorizingPrescription[0], 'MedicationRequest');
  if (order !== undefined && WITHDRAWN.has(order.status)) throw faults.notCollectable(`the order is ${order.status}`);
  const today = localDay(context.now(), await zoneOf(context, localName(location)));
  for (const { lot: reference, issued, returned } of out) {
    if (issued === returned) continue;
    const lot = lotIn(await context.resolve({ reference }, 'Medication'));
    if (lot !== undefined && lot.status !== 'active') throw faults.notCollectable(`a lot is ${lot.status}`);
    const expiresOn = lot?.expiresOn ?? null;
    if (expiresOn !== null && expiresOn < today) throw faults.notCollectable('a lot has expired');
  }
}

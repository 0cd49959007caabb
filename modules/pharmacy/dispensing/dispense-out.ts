import type { AnyResource, ClinicTransaction, Stored } from '#sdk';
import { prescriptionLock } from '#modules/medications';
import { allocate, post, type StockPlan, type StockWish } from '#modules/supply';
import { faults } from '../faults.ts';
import { extensionUrl } from '../names.ts';
import { vaultsAmong } from '../vault/vault-place.ts';
import { recordWitnessed } from '../vault/witnessed-provenance.ts';
import { dispenseOf, type Dispensing } from './dispensed.ts';
import { reservationsOf } from './reservations-of.ts';

/** What is dispensed, and which lots are handed out. */
export interface DispenseWish extends Dispensing {
  /** Id of a lot; undefined: those whose turn it is. */
  readonly lot: string | undefined;
  /** Why this lot and not the one whose turn it is: code of movement-reason. */
  readonly reason: string | undefined;
  /** `YYYY-MM-DD` */
  readonly minimumExpiry: string | undefined;
  /** `Basic/1`: statement of a witness, for what comes out of a vault. */
  readonly witness: string | undefined;
}

/** A dispense, its movements, and what documents a witness. */
export type DispensedOut = readonly [Stored<'MedicationDispense'>, ...AnyResource[]];

/**
 * Takes units out of stock for patients: for each wish one dispense, and a movement for each lot. Everything is locked first
 * and until the transaction ends, so that of many at once each gets what is left.
 * @throws Fault 409 when there is not enough, 422 for what must not be dispensed
 */
export async function dispenseOut(
  clinic: ClinicTransaction,
  wishes: readonly DispenseWish[],
  at: Date,
): Promise<readonly DispensedOut[]> {
  // Before the stock, as the rule of quantities takes it: two dispenses of one order wait here, not in each other's way.
  const orders = wishes.flatMap(({ order }) => (order === undefined ? [] : [order.id]));
  if (orders.length > 0) await clinic.lock(...new Set(orders.map(prescriptionLock)));
  await requireVaultLots(clinic, wishes);
  const stockWishes: StockWish[] = [];
  for (const { order, location, product, quantity, lot, minimumExpiry } of wishes) {
    stockWishes.push({
      location: location.replace('Location/', ''),
      product: product.id,
      quantity,
      at,
      lot,
      minimumExpiry,
      reservations: order === undefined ? [] : await reservationsOf(clinic, `MedicationRequest/${order.id}`),
    });
  }
  const plans = await allocate(clinic, stockWishes);
  const dispensed: DispensedOut[] = [];
  for (const [index, wish] of wishes.entries()) {
    const plan = plans[index];
    if (plan !== undefined) dispensed.push(await dispensePlanned(clinic, wish, plan, at));
  }
  return dispensed;
}

/** What a witness sees is a lot: it has to be said before, by both. */
async function requireVaultLots(clinic: ClinicTransaction, wishes: readonly DispenseWish[]): Promise<void> {
  const open = wishes.filter(({ lot }) => lot === undefined).map(({ location }) => location);
  const vaults = await vaultsAmong(await clinic.projection('pharmacy.vault'), open);
  if (vaults.length > 0) throw faults.vaultLot();
}

async function dispensePlanned(
  clinic: ClinicTransaction,
  wish: DispenseWish,
  { lots }: StockPlan,
  at: Date,
): Promise<DispensedOut> {
  const [first] = lots;
  if (first === undefined) throw new Error('an allocation has lots');
  const { location, reason, subject, witness } = wish;
  const dispense = await clinic.create(dispenseOf(wish, `Medication/${first.lot}`, at));
  const patient = subject?.reference?.startsWith('Patient/') === true ? subject.reference : undefined;
  const extension =
    witness === undefined ? [] : [{ url: extensionUrl('vault-witness'), valueReference: { reference: witness } }];
  const movements = await post(
    clinic,
    lots.map((planned) => ({
      type: 'issue' as const,
      lot: planned.lot,
      quantity: planned.quantity,
      origin: location.replace('Location/', ''),
      reason: reason ?? planned.reason,
      cause: `MedicationDispense/${dispense.id}`,
      patient,
      basedOn: planned.reservations,
      extension,
    })),
  );
  const others: AnyResource[] = [...movements];
  for (const movement of movements) {
    const provenance = await recordWitnessed(clinic, movement, at);
    if (provenance !== undefined) others.push(provenance);
  }
  return [dispense, ...others];
}

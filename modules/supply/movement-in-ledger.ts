import type { ResourceOf, RuleContext } from '#sdk';
import { TRANSIT } from './accounts.ts';
import { extensionOf } from './elements.ts';
import { faults } from './faults.ts';
import { localDay } from './local-day.ts';
import { entriesOf, type Movement } from './movement.ts';
import { TABLES_OF_STOCK } from './stock-tables.ts';
import { ledgerFacts, type LedgerFacts } from './ledger-facts.ts';

/** Reasons for which another lot than the first may be issued. */
const OTHER_LOT: readonly (string | undefined)[] = [
  'clinical',
  'recall',
  'patient-preference',
  'days-supply',
  'administered',
];

/** Nothing is given to patients from places of these kinds. */
const NOT_ISSUING: readonly (string | null)[] = ['quarantine', 'in-transit'];

/**
 * A movement beside everything else in the ledger, at the end of its transaction. Rows of its balances are locked since the
 * projection wrote them: what is read here stays so until the commit.
 * @throws Fault 422
 */
export async function checkInLedger(
  movement: Movement,
  was: Movement | undefined,
  delivery: ResourceOf<'SupplyDelivery'>,
  context: RuleContext,
): Promise<void> {
  const isEntered = was === undefined;
  if (!isEntered && JSON.stringify(entriesOf(was)) === JSON.stringify(entriesOf(movement))) return;
  const facts = await ledgerFacts(movement, await context.projection(TABLES_OF_STOCK));
  if (facts.wouldBeNegative) throw faults.wouldBeNegative();
  if (isEntered) checkLot(facts, delivery);
  if (isEntered && movement.type === 'issue') checkIssue(movement, facts, delivery, context);
  if (isEntered && movement.type === 'reversal') checkReversal(movement, facts);
  if (movement.type === 'waste' && movement.origin === TRANSIT && facts.parentLeft < 0) throw faults.nothingMissing();
  const missing =
    movement.status === 'completed' && movement.endedAt !== undefined ? movement.quantity - movement.received : 0;
  if (missing !== facts.explained && missing > 0) throw faults.unexplained();
}

function checkLot({ baseUnit, places }: LedgerFacts, { suppliedItem }: ResourceOf<'SupplyDelivery'>): void {
  if (baseUnit === null) throw faults.unknownLot();
  if (suppliedItem?.quantity?.code !== baseUnit) throw faults.badUnit(suppliedItem?.quantity?.code ?? '', [baseUnit]);
  if (places < 2) throw faults.unknownPlace();
}

function checkIssue(
  movement: Movement,
  facts: LedgerFacts,
  delivery: ResourceOf<'SupplyDelivery'>,
  context: RuleContext,
): void {
  const { status, expiresOn, kind, zone, policy, others, reserves } = facts;
  if (status !== 'active') throw faults.lotNotActive(status ?? 'unknown');
  if (NOT_ISSUING.includes(kind)) throw faults.placeNotIssuing();
  const now = context.now();
  const at = new Date(movement.at);
  const lateness = (now.getTime() - at.getTime()) / 3_600_000;
  const day = localDay(lateness > Number(context.setting('late-entry-hours')) ? now : at, zone);
  if (expiresOn !== null && expiresOn < day) throw faults.lotExpired();
  const reason = extensionOf(delivery, 'movement-reason')?.valueCode;
  if (reserves || OTHER_LOT.includes(reason)) return;
  const isFifo = policy === 'fifo';
  const isFirst = others.every((other) => {
    if (other.expiresOn !== null && other.expiresOn < day) return true;
    if (isFifo) return facts.firstIn === null || other.firstIn === null || other.firstIn >= facts.firstIn;
    return other.expiresOn === null || (expiresOn !== null && other.expiresOn >= expiresOn);
  });
  if (!isFirst) throw faults.notFirst(isFifo ? 'first in, first out' : 'first expired, first out');
}

function checkReversal(movement: Movement, { reversed }: LedgerFacts): void {
  if (reversed === undefined) throw faults.badReversal();
  if (reversed.type === 'reversal') throw faults.reversalOfReversal();
  if (reversed.status !== 'completed' || movement.destination === TRANSIT) throw faults.transfersTravelBack();
  const isBack =
    reversed.lot === movement.lot &&
    reversed.origin === movement.destination &&
    reversed.destination === movement.origin &&
    reversed.at <= movement.at;
  if (!isBack) throw faults.badReversal();
  if (reversed.left < 0) throw faults.overReversed();
}

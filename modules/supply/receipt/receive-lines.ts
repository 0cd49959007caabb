import type { AnyResource, ClinicTransaction, Stored } from '#sdk';
import { extensionOf } from '../elements.ts';
import { faults } from '../faults.ts';
import { orderOf, readLines, type Line } from '../line.ts';
import { lotIn } from '../lot.ts';
import { post, type NewMovement } from '../post.ts';
import { requestIn } from '../request.ts';
import { closeOrder } from './close-order.ts';
import { newLot } from './new-lot.ts';
import { shelfLifeTask } from './shelf-life.ts';

interface Receipt {
  readonly movements: readonly Stored<'SupplyDelivery'>[];
  /** That were not known before. */
  readonly lots: readonly Stored<'Medication'>[];
  readonly tasks: readonly Stored<'Task'>[];
  /** Lines of orders of which something came. */
  readonly orders: readonly Stored<'SupplyRequest'>[];
}

interface Arrival {
  readonly location: string;
  readonly given: readonly AnyResource[];
  readonly now: Date;
}

/** @throws Fault 422 that names the line, or because an order is not open */
export async function receiveLines(clinic: ClinicTransaction, { location, given, now }: Arrival): Promise<Receipt> {
  const lines = await readLines(clinic, given, now.getUTCFullYear());
  const orders = await openOrders(clinic, lines, location);
  const [movements, lots, tasks]: [NewMovement[], Stored<'Medication'>[], Stored<'Task'>[]] = [[], [], []];
  for (const line of lines) {
    const lot = line.lot ?? sameLot(lots, line) ?? (await newLot(clinic, line));
    if (line.lot === undefined && !lots.includes(lot)) lots.push(lot);
    const order = orders.get(orderOf(line) ?? '');
    movements.push(...movementsOf(line, lot.id, location, order));
    const task = await shelfLifeTask(clinic, lot, { product: line.product.id, location, now });
    if (task !== undefined) tasks.push(task);
  }
  const posted = await post(clinic, movements);
  for (const order of orders.values()) tasks.push(...(await closeOrder(clinic, order, { location, posted, now })));
  return { movements: posted, lots, tasks, orders: [...orders.values()] };
}

/** Locked, so that two receipts of one line count each other. */
async function openOrders(
  clinic: ClinicTransaction,
  lines: readonly Line[],
  location: string,
): Promise<ReadonlyMap<string, Stored<'SupplyRequest'>>> {
  const ids = [...new Set(lines.flatMap((line) => orderOf(line) ?? []))];
  if (ids.length > 0) await clinic.lock(...ids.map((id) => `order ${id}`));
  const orders = new Map<string, Stored<'SupplyRequest'>>();
  for (const id of ids) {
    const order = await clinic.read('SupplyRequest', id);
    const request = requestIn(order);
    if (order === undefined || request?.category !== 'purchase' || request.status !== 'active')
      throw faults.notOnOrder();
    const wrong = lines.find((line) => orderOf(line) === id && line.product.id !== request.product);
    if (wrong !== undefined) throw faults.badLine(wrong.number, 'another product was ordered by basedOn');
    if (request.location !== location) throw faults.notOnOrder();
    orders.set(id, order);
  }
  return orders;
}

/** Two lines of one delivery may have the same new lot. */
function sameLot(lots: readonly Stored<'Medication'>[], { scan, product }: Line): Stored<'Medication'> | undefined {
  return lots.find((lot) => lot.batch?.lotNumber === scan?.lotNumber && lotIn(lot)?.product === product.id);
}

/** What is refused came and goes back, so that the ledger knows how often that happens. */
function movementsOf(
  line: Line,
  lot: string,
  location: string,
  order: Stored<'SupplyRequest'> | undefined,
): readonly NewMovement[] {
  const { delivery, quantity, number } = line;
  if (quantity === 0) throw faults.badLine(number, 'nothing was received by it');
  const reason = extensionOf(delivery, 'movement-reason')?.valueCode;
  const unitCost =
    extensionOf(delivery, 'movement-unit-cost')?.valueMoney ?? extensionOf(order, 'order-unit-price')?.valueMoney;
  const both = { lot, quantity, basedOn: order === undefined ? [] : [order.id], at: delivery.occurrenceDateTime };
  const supplier = delivery.supplier ?? order?.supplier?.[0];
  const receipt: NewMovement = {
    ...both,
    type: 'receipt',
    destination: location,
    unitCost,
    supplier: supplier?.reference,
  };
  if (reason === undefined) return [receipt];
  return [receipt, { ...both, type: 'supplier-return', origin: location, reason, supplier: supplier?.reference }];
}

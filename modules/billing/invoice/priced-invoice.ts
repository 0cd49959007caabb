import {
  addDecimals,
  compareDecimals,
  decimalText,
  setDecimal,
  type ClinicReader,
  type EvaluateFhirPath,
  type ModuleContext,
  type ResourceOf,
  type Stored,
} from '#sdk';
import { localDay } from '#modules/supply';
import { faults } from '../faults.ts';
import { codesOf, extensionUrl, PRICED_INVOICE, withProfile } from '../names.ts';
import { isReasonable, moneyOf, rounded, type Amount } from '../pricing/money.ts';
import { amountOf } from '../pricing/price-definition.ts';
import { isSame } from '../same.ts';
import { priceLine, type PricedComponent } from '../pricing/price-line.ts';
import { definitionsFor, termsFor, type PricedItem } from '../pricing/terms-for.ts';

export type Invoice = ResourceOf<'Invoice'>;
export type InvoiceLine = NonNullable<Invoice['lineItem']>[number];
type Component = NonNullable<InvoiceLine['priceComponent']>[number];

export type PricingContext = ClinicReader &
  Pick<ModuleContext, 'setting' | 'now' | 'actor'> & { readonly fhirPath: EvaluateFhirPath };

/** Of a line, and of all. */
interface Priced {
  readonly line: InvoiceLine;
  /** Undefined for a line without a price. */
  readonly net: Amount | undefined;
}

/**
 * The Invoice with the surcharges and discounts that apply to each line on its day, and with totals. The base of a line is what
 * it says. What it says besides must be what is computed, or what was before: a draft that is read, changed and sent back is
 * priced anew. A line without a base has no price, and then there are no totals.
 * @param before the draft that it was
 * @throws Fault 422 for what cannot be priced, or says otherwise
 */
export async function pricedInvoice<I extends Invoice>(
  sent: I,
  before: Invoice | undefined,
  context: PricingContext,
): Promise<I> {
  const invoice = before === undefined ? sent : withoutComputed(sent, before, context.actor.kind === 'server');
  const lines = invoice.lineItem ?? [];
  const item = await itemOf(invoice, context);
  const definitions = await definitionsFor(
    context,
    lines.flatMap(({ chargeItemCodeableConcept }) => codesOf(chargeItemCodeableConcept)),
  );
  const priced = lines.map((line, index): Priced => {
    const number = index + 1;
    const base = baseOf(line, number);
    if (base === undefined) return { line, net: undefined };
    const own = { ...item, ...ofLine(line, base.quantity, item) };
    const { terms } = termsFor(definitions, own, context.fhirPath);
    const { components, net } = priceLine({ ...base, definition: undefined }, terms);
    return { line: { ...line, priceComponent: componentsOf(line, components, number) }, net };
  });
  const total = totalOf(priced);
  const { totalNet, totalGross, lineItem: _lines, ...rest } = invoice;
  const sums = [total, sumOfBases(lines)];
  requireTotal('totalNet', totalNet, sums);
  requireTotal('totalGross', totalGross, sums);
  const made = {
    ...rest,
    date: invoice.date ?? item.at.toISOString(),
    ...(lines.length === 0 ? {} : { lineItem: priced.map(({ line }) => line) }),
    ...(total === undefined ? {} : { totalNet: moneyOf(total), totalGross: moneyOf(total) }),
  } as I;
  return withProfile(made, PRICED_INVOICE);
}

/** The draft without what the server computed of it before, and without its day: it is priced today. */
function withoutComputed<I extends Invoice>(sent: I, before: Invoice, isServer: boolean): I {
  const lineItem = sent.lineItem?.map((line, index) => {
    const added = (each: InvoiceLine | undefined): readonly Component[] =>
      (each?.priceComponent ?? []).filter(({ type }) => type !== 'base');
    const isOld = isSame(added(line), added(before.lineItem?.[index]));
    const bases = line.priceComponent?.filter(({ type }) => type === 'base');
    return isOld && bases !== undefined ? { ...line, priceComponent: bases } : line;
  });
  const { totalNet, totalGross, date, ...rest } = sent;
  return {
    ...rest,
    ...(date === undefined || (!isServer && date === before.date) ? {} : { date }),
    ...(lineItem === undefined ? {} : { lineItem }),
    ...(totalNet === undefined || isSame(totalNet, before.totalNet) ? {} : { totalNet }),
    ...(totalGross === undefined || isSame(totalGross, before.totalGross) ? {} : { totalGross }),
  } as I;
}

/** Whoever sells does so today; the server's own work (import) may bring what is of another day. */
async function itemOf(invoice: Invoice, context: PricingContext): Promise<Omit<PricedItem, 'codes'>> {
  const zone = context.setting('time-zone');
  const now = context.now();
  const { date } = invoice;
  const isDay = date !== undefined && /^\d{4}-\d\d-\d\d$/.test(date);
  const at = date === undefined || isDay ? now : new Date(date);
  const day = isDay ? date : localDay(at, zone);
  if (context.actor.kind !== 'server' && (day !== localDay(now, zone) || (date !== undefined && date.length < 10)))
    throw faults.notToday();
  const patient: Stored<'Patient'> | undefined = await context.resolve(invoice.subject, 'Patient');
  return {
    charge: { resourceType: 'ChargeItem', status: 'billable', code: {}, subject: invoice.subject ?? {} },
    patient,
    encounter: undefined,
    day,
    product: '',
    at: isDay ? new Date(`${date}T12:00:00Z`) : at,
  };
}

/** A line as what is charged: `%context`. */
function ofLine(line: InvoiceLine, quantity: string, { charge, day }: Omit<PricedItem, 'codes'>) {
  const code = line.chargeItemCodeableConcept ?? {};
  return {
    codes: codesOf(code),
    charge: {
      ...charge,
      code,
      occurrenceDateTime: day,
      quantity: setDecimal<NonNullable<typeof charge.quantity>>({ value: 0 }, 'value', quantity),
    },
  };
}

function baseOf(line: InvoiceLine, number: number): { readonly amount: Amount; readonly quantity: string } | undefined {
  if (line.chargeItemReference !== undefined)
    throw faults.badLine(number, 'it refers to a ChargeItem; lines of priced Invoices say what is sold by its code');
  const components = line.priceComponent ?? [];
  const [base, ...others] = components.filter(({ type }) => type === 'base');
  if (base === undefined) {
    if (components.length > 0) throw faults.badLine(number, 'it has no base to which its other components are added');
    return undefined;
  }
  if (others.length > 0) throw faults.badLine(number, 'it has several bases');
  const amount = amountOf(base.amount);
  const quantity = decimalText(base, 'factor') ?? '1';
  if (amount === undefined || !isReasonable(amount.value))
    throw faults.badLine(number, 'its base has no amount with a currency, between 0 and 999999999999.99999999');
  if (!isReasonable(quantity)) throw faults.badLine(number, 'the factor of its base is no number of units');
  return { amount, quantity };
}

function componentsOf(
  { priceComponent = [] }: InvoiceLine,
  computed: readonly PricedComponent[],
  number: number,
): Component[] {
  const made = computed.map(componentOf);
  const said = priceComponent.filter(({ type }) => type !== 'base');
  const others = made.filter(({ type }) => type !== 'base');
  if (said.length > 0 && !isSame(said, others))
    throw faults.wrongPrice(`What line ${number} adds to its base or takes off it`);
  const base = priceComponent.find(({ type }) => type === 'base');
  // What else the base says is its writer's.
  return made.map((each) => (each.type === 'base' ? { ...each, ...base, amount: each.amount } : each)) as Component[];
}

function componentOf({ type, factor, amount, definition }: PricedComponent): Component {
  const component: Component = {
    ...(definition === undefined
      ? {}
      : { extension: [{ url: extensionUrl('price-definition'), valueCanonical: definition }] }),
    type,
    amount: moneyOf(amount),
  };
  return factor === undefined ? component : setDecimal({ ...component, factor: 0 }, 'factor', factor);
}

/** Undefined when a line has no price, or there is none. */
function totalOf(lines: readonly Priced[]): Amount | undefined {
  let total: Amount | undefined;
  const currencies = new Set(lines.flatMap(({ net }) => net?.currency ?? []));
  if (currencies.size > 1) throw faults.severalCurrencies();
  for (const { net } of lines) {
    if (net === undefined) return undefined;
    total = total === undefined ? net : { ...net, value: addDecimals(total.value, net.value) };
  }
  return total === undefined ? undefined : rounded(total);
}

/** What is said may also be the sum of the bases: what was known before there were discounts. */
function requireTotal(where: string, said: Invoice['totalNet'], sums: readonly (Amount | undefined)[]): void {
  const amount = amountOf(said);
  const isSum = sums.some(
    (sum) => sum !== undefined && sum.currency === amount?.currency && compareDecimals(sum.value, amount.value) === 0,
  );
  if (said !== undefined && !isSum) throw faults.wrongPrice(where);
}

function sumOfBases(lines: readonly InvoiceLine[]): Amount | undefined {
  let sum: Amount | undefined;
  for (const { priceComponent = [] } of lines) {
    const [only, ...others] = priceComponent;
    const base = amountOf(only?.amount);
    if (base === undefined || others.length > 0) return undefined;
    sum = sum === undefined ? base : { ...base, value: addDecimals(sum.value, base.value) };
  }
  return sum;
}

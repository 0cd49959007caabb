import {
  compareDecimals,
  decimalText,
  multiplyDecimals,
  setDecimal,
  type ClinicReader,
  type EvaluateFhirPath,
  type ModuleContext,
  type Stored,
} from '#sdk';
import { localDay } from '#modules/supply';
import { faults } from '../faults.ts';
import { codesOf, PRICED_CHARGE, UCUM, withProfile } from '../names.ts';
import { isReasonable } from '../pricing/money.ts';
import { priceLine, type Terms } from '../pricing/price-line.ts';
import { definitionsFor, termsFor, type BasePrice, type PricedItem } from '../pricing/terms-for.ts';
import { isSame } from '../same.ts';
import { zoneOf } from '../zone.ts';
import { chargePrice, priceIn } from './charge-price.ts';
import type { Charge } from './charge.ts';
import { givenAt, givenDose, type Dose, type GivenDose } from './dose.ts';

type Reader = ClinicReader & Pick<ModuleContext, 'setting' | 'now'> & { readonly fhirPath: EvaluateFhirPath };
type Quantity = NonNullable<Charge['quantity']>;

interface Found {
  readonly base: BasePrice;
  readonly terms: readonly Terms[];
}

/** Which of the base prices is meant. @throws Fault 422 when that is none */
export type ChooseBase = (bases: readonly BasePrice[]) => BasePrice;

/** The only one there is. */
const onlyBase: ChooseBase = (bases) => {
  const [only, ...others] = bases;
  if (only === undefined) throw faults.noPrice();
  if (others.length > 0) throw faults.severalPrices(bases.map(({ canonical }) => canonical));
  return only;
};

/**
 * The charge with its price, by the definitions that were in force when it came about: with their versions, quantity and
 * amounts. What it says of them already must be that.
 * @param dose for which it is, if it is for one
 * @throws Fault 422 when there is no price, or another one than it says
 */
export async function pricedCharge<C extends Charge>(
  charge: C,
  dose: Dose | undefined,
  context: Reader,
  choose: ChooseBase = onlyBase,
): Promise<C> {
  const given = dose === undefined ? undefined : await givenDose(dose, context);
  if (given !== undefined && !codesOf(charge.code).some((code) => given.codes.includes(code))) throw faults.otherCode();
  const item = await itemOf(charge, given, context);
  const found = termsFor(await definitionsFor(context, item.codes), item, context.fhirPath);
  const price = { base: choose(found.bases), terms: found.terms };
  const quantity = quantityOf(charge, given, price.base);
  const line = lineOf(price, quantity);
  const canonicals = [...new Set(line.components.flatMap(({ definition }) => definition ?? []))];
  const made = chargePrice(line);
  requireSame('extension charge-price', priceIn(charge), made);
  requireSame('definitionCanonical', charge.definitionCanonical, canonicals);
  const others = (charge.extension ?? []).filter(({ url }) => url !== made.url);
  return withProfile(
    { ...charge, definitionCanonical: canonicals, quantity, extension: [...others, made] },
    PRICED_CHARGE,
  );
}

function lineOf({ base, terms }: Found, quantity: Quantity): ReturnType<typeof priceLine> {
  const count = decimalText(quantity, 'value') ?? '1';
  const amount = { ...base.price, value: multiplyDecimals(base.price.value, count) };
  return priceLine({ amount, quantity: count, definition: base.canonical }, terms);
}

async function itemOf(charge: Charge, given: GivenDose | undefined, context: Reader): Promise<PricedItem> {
  const stay = given === undefined ? await context.resolve(charge.context, 'Encounter') : given.stay;
  const zone = await zoneOf(stay, context);
  const said = given === undefined ? occurredAt(charge) : givenAt(given.dose);
  // A day alone is its first moment; whether a price is in force that day is the same at each.
  const at = said === undefined || said === '' ? context.now() : new Date(said);
  const patient: Stored<'Patient'> | undefined =
    given === undefined ? await context.resolve(charge.subject, 'Patient') : given.patient;
  return {
    charge: given === undefined ? charge : asGiven(charge, given),
    patient,
    encounter: stay,
    day: said !== undefined && /^\d{4}-\d\d-\d\d$/.test(said) ? said : localDay(at, zone),
    codes: given?.codes ?? codesOf(charge.code),
    product: given?.lot ?? charge.productReference?.reference ?? '',
    at,
  };
}

/** What conditions see of a dose is what is recorded of it, whatever the charge says. */
function asGiven(charge: Charge, { dose, units }: GivenDose): Charge {
  const { occurrencePeriod: _period, occurrenceTiming: _timing, quantity: _quantity, ...rest } = charge;
  return {
    ...rest,
    ...(givenAt(dose) === '' ? {} : { occurrenceDateTime: givenAt(dose) }),
    ...(units === undefined ? {} : { quantity: setDecimal<Quantity>({ value: 0 }, 'value', units) }),
  };
}

function occurredAt({ occurrenceDateTime, occurrencePeriod }: Charge): string | undefined {
  return occurrenceDateTime ?? occurrencePeriod?.start;
}

/** What a dose took, one administration, or what the charge says; one when it says nothing. */
function quantityOf(charge: Charge, given: GivenDose | undefined, { per }: BasePrice): Quantity {
  const said = decimalText(charge.quantity, 'value');
  if (given === undefined) {
    if (said !== undefined && !isReasonable(said)) throw faults.noQuantity();
    return charge.quantity ?? setDecimal<Quantity>({ value: 1 }, 'value', said ?? '1');
  }
  const units = per === 'administration' ? '1' : given.units;
  if (units === undefined) throw faults.noQuantity();
  const unit = per === 'administration' || given.unit === undefined ? {} : { system: UCUM, code: given.unit };
  const quantity = setDecimal<Quantity>({ value: 0, ...unit }, 'value', units);
  if (charge.quantity !== undefined && (said === undefined || compareDecimals(said, units) !== 0))
    throw faults.wrongPrice('quantity');
  return quantity;
}

function requireSame(where: string, said: unknown, computed: unknown): void {
  if (said !== undefined && !isSame(said, computed)) throw faults.wrongPrice(where);
}

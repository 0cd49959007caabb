import { decimalText, type ClinicReader, type EvaluateFhirPath, type Stored } from '#sdk';
import { codesOf } from '../names.ts';
import { groupsThatApply, type PricedContext } from './applies.ts';
import { isInForce } from './in-force.ts';
import { isUsable } from './mistake.ts';
import type { Amount } from './money.ts';
import { amountOf, canonicalOf, combines, pricedPer, type Component, type Definition } from './price-definition.ts';
import type { Step, Terms } from './price-line.ts';

/** How many definitions may speak of what is priced at once. */
const MOST = 1000;

type StoredDefinition = Stored<'ChargeItemDefinition'>;

/** What is to be priced, and when. */
export interface PricedItem extends PricedContext {
  /** `system|code` of everything that it is known by. */
  readonly codes: readonly string[];
  /** `Medication/1` of what is given; empty when it is not said. */
  readonly product: string;
  readonly at: Date;
}

/** A price of one unit. */
export interface BasePrice {
  readonly definition: StoredDefinition;
  readonly canonical: string;
  readonly price: Amount;
  readonly per: 'unit' | 'administration';
}

export interface FoundTerms {
  readonly bases: readonly BasePrice[];
  readonly terms: readonly Terms[];
}

/**
 * Active definitions that speak of any of the codes, or of everything. Those for a context of use (a payer, a jurisdiction)
 * are left out: nobody here can tell whether they are meant.
 * @param codes `system|code`
 */
export async function definitionsFor(
  reader: ClinicReader,
  codes: readonly string[],
): Promise<readonly StoredDefinition[]> {
  const tokens = [...new Set(codes)].map(tokenOf);
  const found = [
    ...(await reader.search('ChargeItemDefinition', 'status=active&code:missing=true', MOST)),
    ...(tokens.length === 0
      ? []
      : await reader.search(
          'ChargeItemDefinition',
          `status=active&code=${encodeURIComponent(tokens.join(','))}`,
          MOST,
        )),
  ];
  const unique = new Map(found.map((each) => [each.id, each]));
  return [...unique.values()].filter((each) => (each.useContext ?? []).length === 0 && isUsable(each));
}

/** What of the definitions is in force and applies. @throws Fault 422 when a condition cannot be decided */
export function termsFor(
  definitions: readonly StoredDefinition[],
  item: PricedItem,
  fhirPath: EvaluateFhirPath,
): FoundTerms {
  const bases: BasePrice[] = [];
  const terms: Terms[] = [];
  for (const definition of definitions) {
    if (!speaksOf(definition, item) || !isInForce(definition.effectivePeriod, item)) continue;
    const canonical = canonicalOf(definition);
    const components = groupsThatApply(definition, canonical, item, fhirPath).flatMap(
      ({ priceComponent = [] }) => priceComponent,
    );
    for (const { type, amount } of components) {
      const price = amountOf(amount);
      if (type === 'base' && price !== undefined)
        bases.push({ definition, canonical, price, per: pricedPer(definition) });
    }
    const steps = components.flatMap(stepOf);
    if (steps.length > 0) terms.push({ definition: canonical, combines: combines(definition), steps });
  }
  return { bases, terms };
}

function speaksOf({ code, instance = [] }: Definition, { codes, product }: PricedItem): boolean {
  const own = codesOf(code);
  const isOfCode = code === undefined || own.some((each) => codes.includes(each));
  return isOfCode && (instance.length === 0 || instance.some(({ reference }) => reference === product));
}

function stepOf(component: Component): readonly Step[] {
  const { type } = component;
  if (type !== 'surcharge' && type !== 'discount') return [];
  return [{ type, factor: decimalText(component, 'factor'), amount: amountOf(component.amount) }];
}

/** https://hl7.org/fhir/R4/search.html#escaping */
function tokenOf(code: string): string {
  const [system = '', ...rest] = code.split('|');
  return [system, rest.join('|')].map((part) => part.replace(/[\\|,$]/g, '\\$&')).join('|');
}

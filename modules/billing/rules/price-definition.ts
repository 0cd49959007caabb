import { defineRule, Fault, type RuleContext } from '#sdk';
import { faults } from '../faults.ts';
import { BOOLEAN, evaluated } from '../pricing/applies.ts';
import { mistakeIn } from '../pricing/mistake.ts';
import { canonicalOf, conditionsOf, FHIRPATH, type Definition } from '../pricing/price-definition.ts';
import { changedAmong } from '../same.ts';
import { SAMPLES } from '../pricing/samples.ts';

/** What a price is made of, and for what it is. */
const CONTENT = [
  'url',
  'version',
  'code',
  'instance',
  'useContext',
  'applicability',
  'propertyGroup',
  'extension',
  'modifierExtension',
] as const;

/**
 * Prices and discounts can be evaluated, and what was charged by them can be told later: what a version says stays, and there
 * is one of each.
 */
export const priceDefinition = defineRule<'ChargeItemDefinition'>({
  name: 'price-definition',
  on: 'ChargeItemDefinition',
  async check({ before, after, id }, context) {
    const wasDraft = before === undefined || before.status === 'draft';
    if (after === undefined) {
      if (!wasDraft) throw faults.priceKept();
      return undefined;
    }
    checkConditions(after, context);
    if (!wasDraft) checkFrozen(before, after);
    if (after.status === 'active') {
      checkComponents(after);
      await checkVersion(after, id, context);
    }
    return undefined;
  },
});

/** Mistakes show when an expression is tried on somebody of whom everything is known, and on nobody. */
function checkConditions(definition: Definition, { fhirPath }: RuleContext): void {
  for (const { expression, language = FHIRPATH } of conditionsOf(definition)) {
    if (language !== FHIRPATH) {
      if (definition.status === 'active') throw faults.otherLanguage(language);
      continue;
    }
    if (expression === undefined) continue;
    for (const sample of SAMPLES) {
      try {
        const wrong = evaluated(expression, sample, fhirPath).find(({ type }) => !BOOLEAN.includes(type));
        if (wrong !== undefined) throw faults.brokenCondition(expression, `it gives a ${wrong.type}`);
      } catch (error) {
        if (!(error instanceof Fault) || !error.code.startsWith('module.fhirpath')) throw error;
        throw faults.brokenCondition(expression, error.issues[0]?.text ?? error.code);
      }
    }
  }
}

function checkFrozen(before: Definition, after: Definition): void {
  const changed = changedAmong(before, after, CONTENT);
  if (changed.length > 0) throw faults.priceFrozen(changed);
  if (after.status === 'draft') throw faults.priceFrozen(['status']);
}

function checkComponents(definition: Definition): void {
  const why = mistakeIn(definition);
  if (why !== undefined) throw faults.badComponent(why);
}

async function checkVersion(definition: Definition, id: string, context: RuleContext): Promise<void> {
  const { url, version } = definition;
  if (version === undefined) throw faults.versionNeeded();
  await context.lock(`price-definition|${canonicalOf(definition)}`);
  const same = await context.search('ChargeItemDefinition', `url=${encodeURIComponent(escaped(url))}`);
  if (same.some((each) => each.id !== id && each.version === version && each.status !== 'draft'))
    throw faults.sameVersion();
}

function escaped(text: string): string {
  return text.replace(/[\\|,$]/g, '\\$&');
}

import { compareDecimals, divideDecimals, multiplyDecimals } from '#sdk';
import type { DrugIssue, NotChecked, Severity } from '../check-result.ts';
import type { GivenDose } from '../dose/given-dose.ts';
import { isLocal } from '../drug/drug.ts';
import type { DayRange, DoseLimit, DoseRule } from '../knowledge/facts.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { displayOf } from '../knowledge/vocabulary.ts';
import type { Case } from './case.ts';
import { missing } from './missing.ts';

const ADULT_DAYS = 6574;
/** A dose that is so many times the limit is a slip of a decimal point, of grams or kilograms. */
const TENFOLD_ERROR = '5';
/** Rounding to what can be measured or cut. */
const ROUNDING = '1.25';

/** Doses above the highest of the knowledge, and what could not be compared. */
export function doseIssues(
  knowledge: Knowledge,
  subject: Case,
): { readonly issues: readonly DrugIssue[]; readonly notChecked: readonly NotChecked[] } {
  const issues: DrugIssue[] = [];
  const codes = new Set<string>();
  for (const { ingredient } of isLocal(subject.drug) ? [] : subject.drug.parts) {
    const rules = knowledge.dosesOf(ingredient).filter(({ route }) => fitsRoute(route, subject.drug.route));
    if (rules.length === 0) continue;
    const { applicable, unknown } = selected(rules, subject);
    unknown.forEach((code) => codes.add(code));
    const own = subject.doses.filter((dose) => dose.ingredient === ingredient);
    const given: GivenDose[] = [];
    for (const dose of own) {
      if ('problem' in dose) codes.add(dose.problem);
      else given.push(dose);
    }
    if (own.length === 0 || given.some(({ perDay }) => perDay === undefined)) codes.add('dose-not-structured');
    for (const rule of applicable) {
      const issue = exceeded(rule, ingredient, given, subject, codes);
      if (issue !== undefined) issues.push(issue);
    }
  }
  return { issues, notChecked: [...codes].map((code) => missing(code, subject.drug.name)) };
}

function fitsRoute(rule: string | undefined, route: string | undefined): boolean {
  return rule === undefined || route === undefined || rule === route;
}

/** The rules that hold for age, weight and kidneys; of renal ones the one for the worst kidneys. */
function selected(
  rules: readonly DoseRule[],
  { age, weight, egfr }: Case,
): { readonly applicable: readonly DoseRule[]; readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  const adult = rules.filter(({ kind }) => kind === 'adult');
  const renal = rules.filter(({ kind }) => kind === 'renal');
  if (renal.length > 0 && egfr === undefined) unknown.push('kidney-function-missing');
  const [worst] = renal
    .filter(({ egfrBelow = 0 }) => egfr !== undefined && egfr < egfrBelow)
    .sort((a, b) => (a.egfrBelow ?? 0) - (b.egfrBelow ?? 0));
  if (age === undefined)
    return { applicable: [...adult, ...(worst === undefined ? [] : [worst])], unknown: [...unknown, 'age-missing'] };
  if (age >= ADULT_DAYS) return { applicable: [...adult, ...(worst === undefined ? [] : [worst])], unknown };
  const ofAge = rules.filter((rule) => rule.kind === 'paediatric' && isIn(rule.age, age));
  if (ofAge.length === 0) unknown.push('no-paediatric-dose');
  const ofWeight = ofAge.filter(
    (rule) => rule.weight === undefined || (weight !== undefined && isIn(rule.weight, Number(weight))),
  );
  if (weight === undefined && ofAge.some((rule) => rule.weight !== undefined)) unknown.push('weight-missing');
  // What an adult must not have a child must not have either; its limits for kidneys are those of adults.
  return { applicable: [...ofWeight, ...adult], unknown: unknown.filter((code) => code !== 'kidney-function-missing') };
}

function isIn(range: DayRange | undefined, value: number): boolean {
  return range === undefined || (value >= range.low && value < range.high);
}

function exceeded(
  rule: DoseRule,
  ingredient: string,
  given: readonly GivenDose[],
  subject: Case,
  codes: Set<string>,
): DrugIssue | undefined {
  const found: Excess[] = [];
  for (const limit of rule.limits) {
    const factor = limitFactor(limit, subject.weight);
    if (factor === undefined) codes.add('weight-missing');
    else found.push(...excesses(limit, factor, given));
  }
  const [worst] = [...found].sort((one, other) => compareDecimals(other.factor, one.factor));
  if (worst === undefined) return undefined;
  return {
    // The amounts are part of the key: who accepted one dose did not accept a higher one.
    key: `${rule.id}:${ingredient}@${amountsOf(found)}`,
    kind: rule.kind === 'renal' ? 'renal' : 'dose',
    severity: severityOf(worst.factor),
    title: `${displayOf(ingredient)}: ${worst.text}`,
    text: rule.text,
    management: 'Reduce the dose, or say why it is meant.',
    citation: rule.citation,
    reviewStatus: rule.reviewStatus,
    implicated: subject.order === undefined ? [] : [subject.order],
  };
}

/** `1500mg/dose,6000mg/d` */
function amountsOf(found: readonly Excess[]): string {
  const amounts = [...new Set(found.map(({ amount }) => amount))];
  return [...amounts.filter((each) => each.endsWith('/dose')), ...amounts.filter((each) => each.endsWith('/d'))].join();
}

interface Excess {
  /** How many times the limit. */
  readonly factor: string;
  readonly text: string;
  readonly amount: string;
}

/** What a limit is multiplied with; undefined: the weight is not known. */
function limitFactor({ unit }: DoseLimit, weight: string | undefined): string | undefined {
  return unit === 'mg' ? '1' : weight;
}

function excesses(limit: DoseLimit, factor: string, given: readonly GivenDose[]): readonly Excess[] {
  const list = given.flatMap(({ perDose, perDay }) => [
    { what: 'at once', most: limit.perDose, dose: perDose },
    { what: 'a day', most: limit.perDay, dose: perDay },
  ]);
  return list.flatMap(({ what, most, dose }) => {
    if (most === undefined || dose === undefined) return [];
    const allowed = multiplyDecimals(most, factor);
    if (compareDecimals(dose, allowed) <= 0 || compareDecimals(allowed, '0') <= 0) return [];
    const ratio = divideDecimals(dose, allowed, 6);
    const text = `${rounded(dose)} mg ${what}, more than ${rounded(allowed)} mg`;
    return [{ factor: ratio, text, amount: `${rounded(dose)}mg/${what === 'a day' ? 'd' : 'dose'}` }];
  });
}

function rounded(amount: string): string {
  return divideDecimals(amount, '1', 6);
}

function severityOf(factor: string): Severity {
  if (compareDecimals(factor, TENFOLD_ERROR) >= 0) return 'contraindicated';
  return compareDecimals(factor, ROUNDING) > 0 ? 'major' : 'moderate';
}

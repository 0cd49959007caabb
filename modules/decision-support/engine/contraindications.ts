import type { DrugIssue, NotChecked } from '../check-result.ts';
import { isLocal } from '../drug/drug.ts';
import type { ContraindicationRule } from '../knowledge/facts.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { displayOf } from '../knowledge/vocabulary.ts';
import type { Case } from './case.ts';
import { missing } from './missing.ts';

interface Found {
  readonly issues: readonly DrugIssue[];
  readonly notChecked: readonly NotChecked[];
}

/** What conditions, pregnancy, age and kidneys say against a drug. */
export function contraindicationIssues(knowledge: Knowledge, subject: Case): Found {
  const issues: DrugIssue[] = [];
  const notChecked = new Map<string, NotChecked>();
  for (const { ingredient } of subject.drug.parts) {
    for (const rule of knowledge.contraindicationsOf(ingredient)) {
      if (isLocal(subject.drug) && !rule.anyRoute) continue;
      const answer = applies(rule, subject);
      if (typeof answer === 'string') notChecked.set(answer, missing(answer, subject.drug.name));
      else if (answer !== undefined) issues.push(issueOf(rule, ingredient, answer, subject));
    }
  }
  return { issues, notChecked: [...notChecked.values()] };
}

/** The resources that make it so; undefined: it does not apply; a code: that is not known. */
function applies(rule: ContraindicationRule, subject: Case): readonly string[] | string | undefined {
  switch (rule.kind) {
    case 'condition':
      return subject.conditions.get(rule.condition ?? '');
    case 'pregnancy':
      if (subject.isPregnant === true) return subject.conditions.get('pregnancy') ?? [];
      return subject.isPregnant === undefined && subject.canBePregnant ? 'pregnancy-unknown' : undefined;
    case 'age':
      if (subject.age === undefined) return 'age-missing';
      return rule.age !== undefined && subject.age >= rule.age.low && subject.age < rule.age.high ? [] : undefined;
    case 'renal':
      if (subject.egfr === undefined) return 'kidney-function-missing';
      return subject.egfr < (rule.egfrBelow ?? 0) ? [] : undefined;
  }
}

function issueOf(
  rule: ContraindicationRule,
  ingredient: string,
  because: readonly string[],
  { order, egfr }: Case,
): DrugIssue {
  return {
    key: `${rule.id}:${ingredient}`,
    kind: rule.kind,
    severity: rule.severity,
    title: `${displayOf(ingredient)}: ${whatOf(rule, egfr)}`,
    text: rule.effect,
    management: rule.management,
    citation: rule.citation,
    reviewStatus: rule.reviewStatus,
    implicated: [...(order === undefined ? [] : [order]), ...because],
  };
}

function whatOf({ kind, condition = '', age, egfrBelow }: ContraindicationRule, egfr: number | undefined): string {
  switch (kind) {
    case 'condition':
      return condition.replaceAll('-', ' ');
    case 'pregnancy':
      return 'pregnancy';
    case 'age':
      return age?.low === 0 ? `not below ${ageText(age.high)}` : `from ${ageText(age?.low ?? 0)} on with care`;
    case 'renal':
      return `eGFR ${egfr ?? ''} is below ${egfrBelow ?? ''} mL/min/1.73 m²`;
  }
}

function ageText(days: number): string {
  return days < 366 ? `${Math.round(days / 30.4)} months` : `${Math.round(days / 365.25)} years`;
}

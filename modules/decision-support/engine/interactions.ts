import { compareDecimals } from '#sdk';
import { SEVERITIES, type DrugIssue } from '../check-result.ts';
import { isLocal } from '../drug/drug.ts';
import type { DrugUse } from '../facts/drug-uses.ts';
import type { InteractionRule } from '../knowledge/facts.ts';
import { isOf, type Knowledge } from '../knowledge/knowledge.ts';
import { displayOf, membersOf } from '../knowledge/vocabulary.ts';
import type { Case } from './case.ts';

/** Two ingredients of which a rule speaks. */
interface Hit {
  readonly rule: InteractionRule;
  readonly own: string;
  readonly other: string;
  readonly use: DrugUse;
}

/** Of each pair of ingredients the gravest rule. Costs the rules of the ordered drug, not pairs of all drugs. */
export function interactionIssues(knowledge: Knowledge, subject: Case): readonly DrugIssue[] {
  const pairs = new Map<string, Hit[]>();
  for (const { ingredient: own } of subject.drug.parts) {
    const rules = knowledge.interactionsOf(own);
    for (const use of subject.uses) {
      for (const { ingredient: other } of use.drug.parts) {
        if (other === own) continue;
        const hits = rules
          .filter((rule) => holds(rule, own, other, use, subject))
          .map((rule) => ({ rule, own, other, use }));
        if (hits.length > 0) pairs.set(`${own} ${other}`, [...(pairs.get(`${own} ${other}`) ?? []), ...hits]);
      }
    }
  }
  return [...pairs.values()].flatMap((hits) => gravest(hits, subject));
}

function holds(rule: InteractionRule, own: string, other: string, use: DrugUse, subject: Case): boolean {
  const [a, b] = rule.sides;
  const isPair = (isOf(own, a) && isOf(other, b)) || (isOf(own, b) && isOf(other, a));
  if (!isPair) return false;
  if (!rule.anyRoute && (isLocal(subject.drug) || isLocal(use.drug))) return false;
  if (rule.condition !== undefined && !subject.conditions.has(rule.condition)) return false;
  if (use.ended !== undefined && use.ended > washoutOf(rule, other)) return false;
  return isAboveCap(rule, own, use, other, subject);
}

/** Days for which a rule holds after a drug was stopped: what is said of the ingredient goes before what is said of its class. */
function washoutOf({ washout }: InteractionRule, ingredient: string): number {
  const own = washout.get(ingredient);
  if (own !== undefined) return own;
  const ofClasses = [...washout].filter(([code]) => isOf(ingredient, code)).map(([, days]) => days);
  return Math.max(-1, ...ofClasses);
}

/** An unknown dose may be above. */
function isAboveCap({ doseCap }: InteractionRule, own: string, use: DrugUse, other: string, subject: Case): boolean {
  if (doseCap === undefined) return true;
  if (isOf(own, doseCap.drug)) {
    const known = subject.doses.flatMap((dose) => ('problem' in dose || dose.ingredient !== own ? [] : [dose.perDay]));
    return (
      known.length === 0 || known.some((perDay) => perDay === undefined || compareDecimals(perDay, doseCap.perDay) > 0)
    );
  }
  const perDay = subject.dailyDose(use, other);
  return perDay === undefined || compareDecimals(perDay, doseCap.perDay) > 0;
}

function gravest(hits: readonly Hit[], { order }: Case): readonly DrugIssue[] {
  const [first] = [...hits].sort((a, b) => SEVERITIES.indexOf(a.rule.severity) - SEVERITIES.indexOf(b.rule.severity));
  if (first === undefined) return [];
  const { rule, own, other } = first;
  const references = [...new Set(hits.filter((hit) => hit.rule === rule).map(({ use }) => use.reference))];
  const stopped = hits.filter((hit) => hit.rule === rule).every(({ use }) => use.ended !== undefined);
  const names = `${displayOf(own)} and ${displayOf(other)}`;
  return [
    {
      key: `${rule.id}:${[own, other].sort().join('+')}`,
      kind: 'interaction',
      severity: rule.severity,
      title: stopped ? `${names}, which was stopped lately` : names,
      text: `${rule.effect} ${rule.mechanism}`.trim(),
      management: rule.management,
      citation: rule.citation,
      reviewStatus: rule.reviewStatus,
      implicated: [...(order === undefined ? [] : [order]), ...references],
    },
  ];
}

/** The longest time after stopping that can matter for a drug. */
export function longestWashout(knowledge: Knowledge, ingredients: readonly string[]): number {
  let longest = 0;
  for (const ingredient of ingredients) {
    for (const { sides, washout } of knowledge.interactionsOf(ingredient)) {
      const [a, b] = sides;
      for (const [code, days] of washout) {
        // Only what the other side has stopped matters.
        const other = isOf(ingredient, a) ? b : a;
        const isOther = membersOf(code).some(
          (member) => isOf(member, other) || (isOf(ingredient, b) && isOf(member, a)),
        );
        if (isOther) longest = Math.max(longest, days);
      }
    }
  }
  return Math.ceil(longest);
}

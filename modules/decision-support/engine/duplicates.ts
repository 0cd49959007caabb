import { SEVERITIES, type DrugIssue, type Severity } from '../check-result.ts';
import { isLocal } from '../drug/drug.ts';
import type { DrugUse } from '../facts/drug-uses.ts';
import { classesOf, displayOf, DRUG_CLASSES } from '../knowledge/vocabulary.ts';
import type { Case } from './case.ts';

const REVIEW = 'clinician-review-required';
const COUNTED: ReadonlySet<DrugUse['origin']> = new Set(['order', 'statement']);

/** The same ingredient, or two of a class, twice: of what is ordered or reported, not of what was handed out by an order. */
export function duplicateIssues(subject: Case): readonly DrugIssue[] {
  if (isLocal(subject.drug)) return [];
  const others = subject.uses.filter(
    ({ ended, origin, drug, reference }) =>
      ended === undefined && COUNTED.has(origin) && !isLocal(drug) && !subject.replaces.has(reference),
  );
  const issues = new Map<string, DrugIssue>();
  for (const { ingredient: own } of subject.drug.parts) {
    for (const use of others) {
      for (const { ingredient: other } of use.drug.parts) {
        const issue = own === other ? sameIngredient(own, use, subject) : sameClass(own, other, use, subject);
        const before = issue && issues.get(issue.key);
        if (issue !== undefined)
          issues.set(
            issue.key,
            before === undefined
              ? issue
              : { ...before, implicated: [...new Set([...before.implicated, ...issue.implicated])] },
          );
      }
    }
  }
  return [...issues.values()];
}

function sameIngredient(ingredient: string, use: DrugUse, { order, drug }: Case): DrugIssue | undefined {
  // Inhaled beside oral, a patch beside tablets: a reason is needed, but it is no mistake by itself.
  const isOtherWay = use.drug.route !== undefined && drug.route !== undefined && use.drug.route !== drug.route;
  return {
    key: `duplicate-ingredient:${ingredient}`,
    kind: 'duplicate',
    severity: isOtherWay ? 'moderate' : 'major',
    title: `${displayOf(ingredient)} is taken already`,
    text: 'The same ingredient twice is more than was meant of either.',
    management: 'Stop one of them, or order both doses in one.',
    citation: 'Same ingredient',
    reviewStatus: REVIEW,
    implicated: [...(order === undefined ? [] : [order]), use.reference],
  };
}

function sameClass(own: string, other: string, use: DrugUse, { order }: Case): DrugIssue | undefined {
  const shared = [...classesOf(own)].filter((code) => classesOf(other).has(code));
  const graded = shared
    .flatMap((code) => {
      const severity = DRUG_CLASSES.get(code)?.property('duplicate')[0] as Severity | undefined;
      return severity === undefined ? [] : [{ code, severity }];
    })
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const [gravest] = graded;
  if (gravest === undefined) return undefined;
  return {
    key: `duplicate-${gravest.code}:${[own, other].sort().join('+')}`,
    kind: 'duplicate',
    severity: gravest.severity,
    title: `${displayOf(own)} and ${displayOf(other)} are both of the class ${displayOf(gravest.code)}`,
    text: 'Two drugs that act alike add their harm more than their good.',
    management: 'Choose one of them.',
    citation: DRUG_CLASSES.get(gravest.code)?.property('citation')[0] ?? 'Same class',
    reviewStatus: REVIEW,
    implicated: [...(order === undefined ? [] : [order]), use.reference],
  };
}

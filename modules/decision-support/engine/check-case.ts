import { SEVERITIES, type DrugIssue, type NotChecked } from '../check-result.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { allergyIssues } from './allergies.ts';
import type { Case } from './case.ts';
import { contraindicationIssues } from './contraindications.ts';
import { doseIssues } from './doses.ts';
import { duplicateIssues } from './duplicates.ts';
import { interactionIssues } from './interactions.ts';
import { missing } from './missing.ts';

/** All that the knowledge says against an ordered drug, gravest first. Pure: what it is told is all that it knows. */
export function checkCase(
  knowledge: Knowledge,
  subject: Case,
): { readonly issues: readonly DrugIssue[]; readonly notChecked: readonly NotChecked[] } {
  const contraindications = contraindicationIssues(knowledge, subject);
  const doses = doseIssues(knowledge, subject);
  const found = [
    ...duplicateIssues(subject),
    ...interactionIssues(knowledge, subject),
    ...allergyIssues(subject),
    ...contraindications.issues,
    ...doses.issues,
  ];
  const byKey = new Map(found.map((issue) => [issue.key, issue]));
  const notChecked = new Map(
    [
      ...(subject.drug.isDisputed ? [missing('codes-disagree', subject.drug.name)] : []),
      ...contraindications.notChecked,
      ...doses.notChecked,
    ].map((each) => [each.code, each]),
  );
  const rank = ({ severity }: DrugIssue): number => SEVERITIES.indexOf(severity);
  return {
    issues: [...byKey.values()].sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1)),
    notChecked: [...notChecked.values()],
  };
}

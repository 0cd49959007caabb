import type { ResourceOf } from '#sdk';
import type { DrugIssue, Severity } from './check-result.ts';
import { DRUG_ISSUE, FACT_KIND, structure } from './names.ts';

type DetectedIssue = ResourceOf<'DetectedIssue'>;

const SEVERITY: Readonly<Record<Severity, NonNullable<DetectedIssue['severity']>>> = {
  contraindicated: 'high',
  major: 'high',
  moderate: 'moderate',
  minor: 'low',
};

/**
 * The issue as a resource, status `preliminary`. For an override: add `mitigation` with an action of CodeSystem/override-reason
 * and its author, make it `final`, store it, and let the order's `detectedIssue` refer to it.
 * @param order with its id where it is stored: `implicated` names it
 * @param knowledge version of the facts, as the check answered it
 */
export function toDetectedIssue(
  issue: DrugIssue,
  { subject }: Pick<ResourceOf<'MedicationRequest'>, 'subject'>,
  knowledge?: string,
): DetectedIssue {
  return {
    resourceType: 'DetectedIssue',
    extension: [
      { url: structure('drug-fact-severity'), valueCode: issue.severity },
      ...(knowledge === undefined ? [] : [{ url: structure('drug-issue-knowledge'), valueString: knowledge }]),
    ],
    identifier: [{ system: DRUG_ISSUE, value: issue.key }],
    status: 'preliminary',
    code: { coding: [{ system: FACT_KIND, code: issue.kind }], text: issue.title },
    severity: SEVERITY[issue.severity],
    patient: subject as NonNullable<DetectedIssue['patient']>,
    detail: `${issue.text} ${issue.management} (${issue.citation}; ${issue.reviewStatus.replaceAll('-', ' ')})`,
    ...(issue.implicated.length === 0 ? {} : { implicated: issue.implicated.map((reference) => ({ reference })) }),
  };
}

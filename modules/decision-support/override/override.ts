import type { ClinicReader, ResourceOf } from '#sdk';
import reasons from '../terminology/CodeSystem-override-reason.json' with { type: 'json' };
import { DRUG_ISSUE, OVERRIDE_REASON } from '../names.ts';

type DetectedIssue = ResourceOf<'DetectedIssue'>;

/** Reasons that are accepted, with their displays. */
export const OVERRIDE_REASONS = reasons.concept.map(({ code, display }) => ({
  system: OVERRIDE_REASON,
  code,
  display,
}));

const CODES: ReadonlySet<string> = new Set(OVERRIDE_REASONS.map(({ code }) => code));
const VOID: ReadonlySet<string> = new Set(['entered-in-error', 'cancelled']);

/** Keys of drug issues that a DetectedIssue is about. */
export function issueKeys({ identifier = [] }: DetectedIssue): readonly string[] {
  return identifier.flatMap(({ system, value }) => (system === DRUG_ISSUE && value !== undefined ? [value] : []));
}

/** Whether somebody says in it that a drug issue is accepted. */
export function isOverride(issue: DetectedIssue): boolean {
  return issueKeys(issue).length > 0 && (issue.mitigation ?? []).length > 0;
}

/** Whether it is about one issue, and each mitigation has a coded reason and a clinician as its author. */
export function isAuthored(issue: DetectedIssue): boolean {
  const { mitigation = [] } = issue;
  const isWhole = mitigation.every(({ action, author }) => {
    const hasReason = action.coding?.some(({ system, code = '' }) => system === OVERRIDE_REASON && CODES.has(code));
    return hasReason === true && isClinician(author?.reference);
  });
  return isWhole && issueKeys(issue).length === 1;
}

/** `Practitioner/1`, `PractitionerRole/1`. */
function isClinician(reference: string | undefined): boolean {
  return /(?:^|\/)(?:Practitioner|PractitionerRole)\/[A-Za-z0-9.-]{1,64}$/.test(reference ?? '');
}

/** Keys of the issues that are overridden for an order: one override covers one issue of one order. */
export async function overriddenKeys(
  reader: ClinicReader,
  { id = '', subject, detectedIssue = [] }: ResourceOf<'MedicationRequest'>,
): Promise<ReadonlySet<string>> {
  const issues: (DetectedIssue | undefined)[] = [];
  for (const reference of detectedIssue) issues.push(await reader.resolve(reference, 'DetectedIssue'));
  const valid = issues.filter(
    (issue) =>
      issue !== undefined &&
      !VOID.has(issue.status) &&
      isOverride(issue) &&
      isAuthored(issue) &&
      sameId(issue.patient?.reference, subject.reference) &&
      (issue.implicated ?? []).some(({ reference }) => sameId(reference, `MedicationRequest/${id}`)),
  );
  return new Set(valid.flatMap((issue) => (issue === undefined ? [] : issueKeys(issue))));
}

/** References to one resource, with or without a base. */
function sameId(one: string | undefined, other: string | undefined): boolean {
  const tail = (reference: string): string => reference.split('/').slice(-2).join('/');
  return one !== undefined && other !== undefined && tail(one) === tail(other);
}

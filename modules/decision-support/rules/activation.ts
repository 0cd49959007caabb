import { defineRule, type Issue, type ResourceOf, type RuleContext } from '#sdk';
import { isMergeRelink } from '#modules/administration';
import { checkDraft, uncheckable } from '../check-drafts.ts';
import type { CheckResult, DrugIssue } from '../check-result.ts';
import { lookUpDrugs, type DrugLookup } from '../drug/drug-lookup.ts';
import { needsOf } from '../engine/needs.ts';
import { sourceOfRequest } from '../facts/drug-uses.ts';
import { knowledgeOf } from '../knowledge/site-rules.ts';
import { DRUG_ISSUE, NOT_CHECKED } from '../names.ts';
import { overriddenKeys } from '../override/override.ts';
import { sharedData } from './shared-data.ts';

type Order = ResourceOf<'MedicationRequest'>;

/** What makes an order another one for whoever takes it; that an override no longer belongs to it counts as well. */
const CLINICAL = [
  'medicationCodeableConcept',
  'medicationReference',
  'contained',
  'subject',
  'intent',
  'doNotPerform',
  'dosageInstruction',
  'detectedIssue',
  'priorPrescription',
] as const;

/**
 * No order becomes active, or changes while it is, against a contraindication that nobody has overridden: on no path.
 * Orders of one patient are checked one after the other, so that two that conflict cannot both be the first.
 */
export const activation = defineRule<'MedicationRequest'>({
  name: 'activation',
  on: 'MedicationRequest',
  async check(change, context) {
    const { before, after } = change;
    if (after?.status !== 'active' || after.doNotPerform === true) return;
    if (before?.status === 'active' && CLINICAL.every((name) => isSame(before[name], after[name]))) return;
    if (await isMergeRelink(change, context)) return;
    const { issues, notChecked } = await checked(after, context);
    const overridden = issues.some(isStop) ? await overriddenKeys(context, after) : new Set<string>();
    const [stops, others] = [
      issues.filter((issue) => isStop(issue) && !overridden.has(issue.key)),
      issues.filter((issue) => !isStop(issue)),
    ];
    return [
      ...stops.map(refusal),
      ...(stops.length === 0 ? [] : [REFUSED]),
      ...others.map((issue) => ({ ...refusal(issue), severity: 'warning' as const })),
      ...notChecked.map(({ code, text }): Issue => ({
        severity: 'information',
        code: 'incomplete',
        text,
        coding: { system: NOT_CHECKED, code },
      })),
    ];
  },
});

/** Stands behind the reasons, with the code of the rule. */
const REFUSED: Issue = {
  severity: 'error',
  code: 'business-rule',
  text:
    'The order is not activated. Override each contraindication by a DetectedIssue with a mitigation, to which the ' +
    'detectedIssue of the order refers; or keep the order as a draft.',
};

async function checked(order: Order, context: RuleContext): Promise<CheckResult> {
  const knowledge = await knowledgeOf(context);
  const own = await lookUpDrugs(context, [sourceOfRequest(order)]);
  const patient = /(?:^|\/)(Patient\/[A-Za-z0-9.-]{1,64})(?:\/_history\/\d+)?$/.exec(
    order.subject.reference ?? '',
  )?.[1];
  if (patient === undefined) return uncheckable(order, own, knowledge);
  const ingredients = own.drugOf(sourceOfRequest(order))?.parts.map(({ ingredient }) => ingredient) ?? [];
  const at = context.now();
  const { data, lookup } = await sharedData(context, patient, needsOf(knowledge, ingredients), at);
  const both: DrugLookup = {
    drugOf: (source) => lookup.drugOf(source) ?? own.drugOf(source),
    nameOf: (source) => own.nameOf(source),
  };
  return checkDraft(order, [], both, { knowledge, data, at });
}

function isStop({ severity }: DrugIssue): boolean {
  return severity === 'contraindicated';
}

function refusal({ key, title, text, management, citation }: DrugIssue): Issue {
  return {
    severity: 'error',
    code: 'business-rule',
    text: `${title}: ${text} ${management} (${citation}) To activate the order all the same, override the issue ${key} with a reason.`,
    expression: ['MedicationRequest'],
    coding: { system: DRUG_ISSUE, code: key },
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

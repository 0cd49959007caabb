import type { ClinicReader } from '#sdk';
import { checkDraft, lookUpAll, uncheckable } from './check-drafts.ts';
import type { CheckInput, CheckResult } from './check-result.ts';
import { lookUpDrugs } from './drug/drug-lookup.ts';
import { needsOf } from './engine/needs.ts';
import { sourceOfRequest } from './facts/drug-uses.ts';
import { readPatientData } from './facts/patient-data.ts';
import { knowledgeOf, type KnowledgeContext } from './knowledge/site-rules.ts';

/**
 * What is known against an order: of the patient's other drugs, allergies, conditions, age, weight and kidneys. Reads with
 * the rights of the context; what may not be seen there is told in `notChecked`, as is everything else that could not be
 * used.
 */
export async function checkOrder(
  context: KnowledgeContext & ClinicReader,
  { order, also = [], at = context.now() }: CheckInput,
): Promise<CheckResult> {
  const knowledge = await knowledgeOf(context);
  const own = await lookUpDrugs(context, [sourceOfRequest(order)]);
  const patient = order.subject.reference;
  if (patient?.includes('Patient/') !== true) return uncheckable(order, own, knowledge);
  const drug = own.drugOf(sourceOfRequest(order));
  const needs = needsOf(
    knowledge,
    (drug?.parts ?? []).map(({ ingredient }) => ingredient),
  );
  const data = await readPatientData(context, patient, at, needs);
  const lookup = await lookUpAll(context, data, [order, ...also], at);
  return checkDraft(order, also, lookup, { knowledge, data, at });
}

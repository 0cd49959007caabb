import type { AnyResource, OperationContext, ResourceOf } from '#sdk';
import type { CheckInput, CheckResult } from '../check-result.ts';
import { toDetectedIssue } from '../detected-issue.ts';
import { faults } from '../faults.ts';
import { NOT_CHECKED } from '../names.ts';

type Order = ResourceOf<'MedicationRequest'>;

/**
 * The order that an operation is about: the instance, or what was sent (a MedicationRequest, or a Bundle whose first one is
 * the order and whose others are ordered with it).
 * @throws Fault 400 when there is none
 */
export async function orderOf(
  context: OperationContext,
  id: string | undefined,
  sent: AnyResource | undefined,
): Promise<Pick<CheckInput, 'order' | 'also'>> {
  const stored = id === undefined ? undefined : await context.read('MedicationRequest', id);
  const [order, ...also] = stored === undefined ? ordersIn(sent) : [stored, ...ordersIn(sent)];
  if (order === undefined) throw faults.noOrder();
  return { order, also };
}

function ordersIn(resource: AnyResource | undefined): readonly Order[] {
  if (resource?.resourceType === 'MedicationRequest') return [resource];
  if (resource?.resourceType !== 'Bundle') return [];
  return (resource.entry ?? []).flatMap((entry) =>
    entry.resource?.resourceType === 'MedicationRequest' ? [entry.resource] : [],
  );
}

/** Output of the operations that check. */
export const CHECK_OUTPUT = {
  issue: { type: 'Resource', max: '*', text: 'A DetectedIssue for each thing that is known against the order.' },
  notChecked: {
    type: 'CodeableConcept',
    max: '*',
    text: 'What could not be looked at, and why. No issue is no all-clear.',
  },
  knowledge: { type: 'string', min: 1, text: 'Version of the knowledge, with the number of rules of the clinic.' },
} as const;

export function checkAnswer(
  order: Order,
  { issues, notChecked, knowledge }: CheckResult,
): Readonly<Record<string, unknown>> {
  return {
    issue: issues.map((issue) => toDetectedIssue(issue, order, knowledge)),
    notChecked: notChecked.map(({ code, text }) => ({ coding: [{ system: NOT_CHECKED, code }], text })),
    knowledge,
  };
}

import type { BotContext, Stored } from '#sdk';
import { checkOrder } from './check-order.ts';
import type { DrugIssue } from './check-result.ts';
import { toDetectedIssue } from './detected-issue.ts';
import { overriddenKeys } from './override/override.ts';

type Order = Stored<'MedicationRequest'>;

/**
 * Active orders of a patient are looked at again: whoever ordered them is told once of each grave issue.
 * @param concerns which issues are news
 */
export async function recheck(
  patient: string | undefined,
  concerns: (issue: DrugIssue) => boolean,
  clinic: BotContext,
): Promise<void> {
  if (patient?.includes('Patient/') !== true) return;
  const orders = await clinic.search('MedicationRequest', `patient=${encodeURIComponent(patient)}&status=active`);
  for (const order of orders) {
    if (order.doNotPerform === true) continue;
    const { issues, knowledge } = await clinic.inTransaction((inside) =>
      checkOrder({ ...clinic, ...inside }, { order }),
    );
    const grave = issues.filter(
      (issue) => concerns(issue) && (issue.severity === 'contraindicated' || issue.severity === 'major'),
    );
    const overridden = grave.length === 0 ? new Set<string>() : await overriddenKeys(clinic, order);
    for (const issue of grave) if (!overridden.has(issue.key)) await tell(issue, order, knowledge, clinic);
  }
}

/** A DetectedIssue, and a Task for who ordered the drug; both once for an issue of an order. */
async function tell(issue: DrugIssue, order: Order, knowledge: string, clinic: BotContext): Promise<void> {
  const key = `recheck|${order.id}|${issue.key}`;
  const detected = await clinic.createOnce(`${key}|issue`, toDetectedIssue(issue, order, knowledge));
  await clinic.createOnce(`${key}|task`, {
    resourceType: 'Task',
    status: 'requested',
    intent: 'proposal',
    priority: issue.severity === 'contraindicated' ? 'urgent' : 'routine',
    code: { text: 'Look at an order again' },
    description: issue.title,
    focus: { reference: `DetectedIssue/${detected.id}` },
    basedOn: [{ reference: `MedicationRequest/${order.id}` }],
    for: order.subject,
    authoredOn: clinic.now().toISOString(),
    ...(order.requester === undefined ? {} : { owner: order.requester }),
  });
}

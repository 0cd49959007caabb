import { defineBot, type Bot, type BotContext, type Stored } from '#sdk';
import { checkOrder } from '../check-order.ts';
import type { DrugIssue, IssueKind } from '../check-result.ts';
import { toDetectedIssue } from '../detected-issue.ts';
import { daysSince } from '../facts/patient.ts';
import { overriddenKeys } from '../override/override.ts';

const OLDEST_WEIGHT = 365;

type Order = Stored<'MedicationRequest'>;

/** When an allergy is recorded, active orders are looked at again: whoever ordered them is told once of each issue. */
export const recheckAllergy: Bot = defineBot<'AllergyIntolerance'>({
  name: 'recheck-allergy',
  title: 'Active orders are checked against a new allergy',
  on: { criteria: 'AllergyIntolerance', interactions: ['create', 'update'] },
  run: (event, clinic) => recheck(event.resource?.patient.reference, new Set(['allergy']), clinic),
});

/** When a weight is recorded, doses by weight may have become too high. */
export const recheckWeight: Bot = defineBot<'Observation'>({
  name: 'recheck-weight',
  title: 'Doses of active orders are checked against a new weight',
  on: { criteria: 'Observation?code=http://loinc.org|29463-7', interactions: ['create', 'update'] },
  async run({ resource }, clinic) {
    // No dose is judged by an older one, such as those of an imported history.
    const days = daysSince(resource?.effectiveDateTime, clinic.now());
    if (days === undefined || days < OLDEST_WEIGHT)
      await recheck(resource?.subject?.reference, new Set(['dose']), clinic);
  },
});

async function recheck(patient: string | undefined, kinds: ReadonlySet<IssueKind>, clinic: BotContext): Promise<void> {
  if (patient?.includes('Patient/') !== true) return;
  const orders = await clinic.search('MedicationRequest', `patient=${encodeURIComponent(patient)}&status=active`);
  for (const order of orders) {
    if (order.doNotPerform === true) continue;
    const { issues, knowledge } = await clinic.inTransaction((inside) =>
      checkOrder({ ...clinic, ...inside }, { order }),
    );
    const grave = issues.filter(
      ({ kind, severity }) => kinds.has(kind) && (severity === 'contraindicated' || severity === 'major'),
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

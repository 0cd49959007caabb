import { defineOperation, type ClinicTransaction, type Stored } from '#sdk';
import { mayPrescribe, prescriberRoles } from '../actors.ts';
import { faults } from '../faults.ts';
import type { Order } from '../order.ts';
import { readOverrides, signOrder } from '../sign-order.ts';
import { hasRefillState, isOver, isTask } from '../tasks.ts';

export const approveRefill = defineOperation({
  code: 'approve-refill',
  title: 'Approve a refill',
  text: 'Makes a new prescription out of the one that more is asked for, signs it like $sign, and ends the old one. Approved twice, there is one new prescription.',
  levels: ['instance'],
  types: ['Task'],
  affectsState: true,
  input: {
    override: {
      type: 'CodeableConcept',
      max: '*',
      text: 'An alert that is accepted: its key as text, the reason as a coding of override-reason.',
    },
    repeats: { type: 'integer', text: 'How often the new one may be dispensed again; default: as the old one.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'The new prescription.' } },
  async run(context, { id = '', input }) {
    if (context.actor.kind !== 'server' && !mayPrescribe(context)) {
      throw faults.notPrescriber(prescriberRoles(context));
    }
    if (input.repeats !== undefined && input.repeats < 0) throw faults.badRepeats();
    const overrides = readOverrides(input.override);
    return context.inTransaction(async (clinic) => {
      await clinic.lock(`refill-task|${id}`);
      const task = await clinic.read('Task', id);
      const prior = await clinic.resolve(task?.focus, 'MedicationRequest');
      if (task === undefined || prior === undefined || !isTask(task, 'refill')) throw faults.notRefillTask();
      const made = await clinic.resolve(task.output?.[0]?.valueReference, 'MedicationRequest');
      if (made !== undefined) return made;
      if (isOver(task)) throw faults.refillDecided(task.status);
      if (hasRefillState(task, 'ready-to-dispense')) throw faults.noApprovalNeeded();
      const draft = await clinic.createOnce<'MedicationRequest'>(
        `refill|Task/${id}`,
        renewalOf(prior, { repeats: input.repeats, requester: context.actor.reference, now: context.now() }),
      );
      await endPrior(prior, clinic);
      const { order } = await signOrder(clinic, context, draft, overrides);
      await clinic.update<'Task'>({
        ...task,
        status: 'completed',
        lastModified: context.now().toISOString(),
        output: [
          { type: { text: 'New prescription' }, valueReference: { reference: `MedicationRequest/${order.id}` } },
        ],
      });
      return order;
    });
  },
});

/** What is taken over from one prescription to the next. */
const KEPT = [
  'meta',
  'contained',
  'category',
  'priority',
  'medicationCodeableConcept',
  'medicationReference',
  'subject',
  'reasonCode',
  'reasonReference',
  'courseOfTherapyType',
  'insurance',
  'substitution',
] as const satisfies readonly (keyof Order)[];

interface Renewal {
  readonly repeats: number | undefined;
  readonly requester: string | undefined;
  readonly now: Date;
}

/** A draft of the same; the dates of the old one are over. */
function renewalOf(prior: Stored<'MedicationRequest'>, { repeats, requester, now }: Renewal): Order {
  const kept = Object.fromEntries(KEPT.flatMap((name) => (prior[name] === undefined ? [] : [[name, prior[name]]])));
  const { validityPeriod: _over, numberOfRepeatsAllowed, ...dispenseRequest } = prior.dispenseRequest ?? {};
  const signer = requester === undefined ? prior.requester : { reference: requester };
  return {
    ...(kept as Pick<Order, (typeof KEPT)[number]>),
    resourceType: 'MedicationRequest',
    ...(prior.meta.profile === undefined ? { meta: {} } : { meta: { profile: prior.meta.profile } }),
    status: 'draft',
    intent: 'order',
    subject: prior.subject,
    authoredOn: now.toISOString(),
    ...(signer === undefined ? {} : { requester: signer }),
    ...(prior.dosageInstruction === undefined ? {} : { dosageInstruction: prior.dosageInstruction.map(withoutDates) }),
    dispenseRequest: { ...dispenseRequest, numberOfRepeatsAllowed: repeats ?? numberOfRepeatsAllowed ?? 0 },
    priorPrescription: { reference: `MedicationRequest/${prior.id}` },
  };
}

type Dosages = NonNullable<Order['dosageInstruction']>;

function withoutDates(dosage: Dosages[number]): Dosages[number] {
  if (dosage.timing?.repeat?.boundsPeriod === undefined) return dosage;
  const { boundsPeriod: _over, ...repeat } = dosage.timing.repeat;
  return { ...dosage, timing: { ...dosage.timing, repeat } };
}

async function endPrior(prior: Stored<'MedicationRequest'>, clinic: ClinicTransaction): Promise<void> {
  if (prior.status === 'active' || prior.status === 'on-hold') {
    // What is left of it may be written meanwhile.
    await clinic.change('MedicationRequest', prior.id, (order) => ({ ...order, status: 'completed' }));
  }
}

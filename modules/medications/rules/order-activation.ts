import { defineRule, type Change, type RuleContext } from '#sdk';
import { actorIs, prescriberRoles, mayPrescribe } from '../actors.ts';
import { controlledSchedule } from '../controlled-schedule.ts';
import { DEA_SYSTEM, isDeaNumber } from '../dea-number.ts';
import { faults } from '../faults.ts';
import { isOurs, type Order } from '../order.ts';

const IN_FORCE: readonly string[] = ['active', 'on-hold'];

function isInForce(order: Order | undefined): boolean {
  return order !== undefined && IN_FORCE.includes(order.status);
}

/**
 * What was in force elsewhere comes in with the records of a patient: the server itself stores it. Everything else that comes
 * into force does so here, whoever writes it and however.
 */
function isActivation({ before, after }: Change<'MedicationRequest'>, { actor }: RuleContext): boolean {
  if (after === undefined || !isInForce(after) || isInForce(before)) return false;
  return before !== undefined || actor.kind !== 'server' || isOurs(after);
}

/** An order comes into force by who may prescribe, who signs it; what is controlled needs a second factor. */
export const orderActivation = defineRule<'MedicationRequest'>({
  name: 'order-activation',
  on: 'MedicationRequest',
  change(change, context) {
    const { after } = change;
    const { kind, reference } = context.actor;
    if (after === undefined || !isActivation(change, context)) return;
    const authoredOn = after.authoredOn ?? context.now().toISOString();
    if (after.requester !== undefined || kind !== 'user' || reference === undefined) return { ...after, authoredOn };
    return { ...after, authoredOn, requester: { reference } };
  },
  async check(change, context) {
    const { before, after } = change;
    if (after === undefined) return;
    const isActivated = isActivation(change, context);
    const isResumed = before?.status === 'on-hold' && after.status === 'active';
    if (!isActivated && !isResumed) return;
    const { kind } = context.actor;
    if (kind !== 'server' && !mayPrescribe(context)) throw faults.notPrescriber(prescriberRoles(context));
    if (!isActivated) return;
    if (kind === 'user' && !(await actorIs(after.requester, context))) throw faults.otherRequester();
    const schedule = await controlledSchedule(context, after);
    if (schedule === undefined) return;
    if (schedule === 'CII' && (after.dispenseRequest?.numberOfRepeatsAllowed ?? 0) > 0)
      throw faults.scheduleTwoRefills();
    context.requireSecondFactor();
    await checkDeaNumber(after, context);
  },
});

async function checkDeaNumber({ requester }: Order, context: RuleContext): Promise<void> {
  const role = await context.resolve(requester, 'PractitionerRole');
  const practitioner = await context.resolve(role?.practitioner ?? requester, 'Practitioner');
  const numbers = [...(practitioner?.identifier ?? []), ...(role?.identifier ?? [])].filter(
    ({ system }) => system === DEA_SYSTEM,
  );
  if (numbers.some(({ value = '' }) => !isDeaNumber(value))) throw faults.badDeaNumber();
}

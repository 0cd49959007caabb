import { isMergeRelink } from '#modules/administration';
import { canonicalText, defineRule, type Change } from '#sdk';
import { faults } from '../faults.ts';
import { prescriptionLock } from '../remaining-quantity.ts';
import { extensionOf, isOurs, STATUS_SINCE, type Order } from '../order.ts';

type Status = Order['status'];

/**
 * What may become of an order, by https://hl7.org/fhir/R4/valueset-medicationrequest-status.html. What is known of orders from
 * elsewhere ("unknown") may turn out to be anything.
 */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  draft: ['active', 'on-hold', 'cancelled', 'entered-in-error'],
  active: ['on-hold', 'completed', 'stopped', 'cancelled', 'entered-in-error'],
  'on-hold': ['active', 'completed', 'stopped', 'cancelled', 'entered-in-error'],
  completed: ['entered-in-error'],
  stopped: ['entered-in-error'],
  cancelled: ['entered-in-error'],
  'entered-in-error': [],
  unknown: ['draft', 'active', 'on-hold', 'completed', 'stopped', 'cancelled', 'entered-in-error'],
};

/** What was ordered: everything by which the patient, the ward and the pharmacy go. */
const FROZEN = [
  'intent',
  'category',
  'priority',
  'doNotPerform',
  'reportedBoolean',
  'reportedReference',
  'medicationCodeableConcept',
  'medicationReference',
  'contained',
  'modifierExtension',
  'subject',
  'encounter',
  'authoredOn',
  'requester',
  'recorder',
  'reasonCode',
  'reasonReference',
  'basedOn',
  'priorPrescription',
  'courseOfTherapyType',
  'dosageInstruction',
  'substitution',
] as const satisfies readonly (keyof Order)[];

/** Of the request to dispense, who does it is arranged later. */
function frozenParts(order: Order): Readonly<Record<string, unknown>> {
  const { performer: _arranged, ...dispenseRequest } = order.dispenseRequest ?? {};
  return { ...Object.fromEntries(FROZEN.map((name) => [name, order[name]])), dispenseRequest };
}

function changedParts(before: Order, after: Order): readonly string[] {
  const [was, is] = [frozenParts(before), frozenParts(after)];
  return Object.keys(was).filter((name) => canonicalText(was[name]) !== canonicalText(is[name]));
}

/** Since when an order has its status is kept here; of a record from elsewhere, what it brings. */
function statusSince({ before, after }: Change<'MedicationRequest'>, now: Date, isServer: boolean): string | undefined {
  if (before === undefined && isServer && after !== undefined) {
    const brought = extensionOf(after, STATUS_SINCE)?.valueInstant;
    if (brought !== undefined || !isOurs(after)) return brought;
  }
  if (before !== undefined && before.status === after?.status) return extensionOf(before, STATUS_SINCE)?.valueInstant;
  // An order that is known by its dispense only, which another system tells of, was not written here and binds nothing here.
  const isHearsay = before === undefined && after?.status === 'unknown';
  return after?.status === 'draft' || isHearsay ? undefined : now.toISOString();
}

/** An order goes its way and does not turn back; what was ordered stays as it was signed. */
export const orderLifecycle = defineRule<'MedicationRequest'>({
  name: 'order-lifecycle',
  on: 'MedicationRequest',
  change(change, context) {
    const { after } = change;
    if (after === undefined) return;
    const since = statusSince(change, context.now(), context.actor.kind === 'server');
    if (extensionOf(after, STATUS_SINCE)?.valueInstant === since) return;
    const others = (after.extension ?? []).filter(({ url }) => url !== STATUS_SINCE);
    const extension = since === undefined ? others : [...others, { url: STATUS_SINCE, valueInstant: since }];
    const { extension: _replaced, ...rest } = after;
    return extension.length === 0 ? rest : { ...rest, extension };
  },
  async check(change, context) {
    const { before, after } = change;
    if (before === undefined) return;
    if (after === undefined) {
      if (extensionOf(before, STATUS_SINCE) !== undefined) throw faults.orderKept();
      return;
    }
    if (before.status !== after.status && !NEXT[before.status].includes(after.status)) {
      throw faults.badTransition(before.status, after.status, NEXT[before.status]);
    }
    if (before.status === 'draft' || before.status === 'unknown') return;
    // Nobody dispenses of it while it ends.
    if (before.status !== after.status) await context.lock(prescriptionLock(after.id));
    const changed = changedParts(before, after);
    if (changed.length > 0 && !(await isMergeRelink(change, context))) throw faults.orderFrozen(changed);
  },
});

import { CANONICAL, IDENTIFIER_TYPES } from '../../map/canonical.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { identifierOfType, number, ownNumber } from '../datatypes/numbers.ts';
import { hasChanged } from '../has-changed.ts';
import { objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
import { patientSegment } from '../segments/patient.ts';
import { NO_VISIT } from '../segments/visit.ts';
import type { Change, Outgoing, Telling } from '../tell.ts';
import { eventSegment } from './patient.ts';

const SAID = ['identifier', 'subject', 'servicePeriod'];

/** BAR: an account was opened (P01), changed (P05), or ended (P06). */
export function accountMessage(telling: Telling): Outgoing | undefined {
  const event = accountEvent(telling);
  const { resource, find } = telling;
  const patient = objectsOf(resource.subject)
    .map((reference) => find(referenceOf(reference)))
    .find((each) => each?.resourceType === 'Patient');
  if (event === undefined || patient === undefined) return undefined;
  return {
    events: [event],
    segments: (_event, peer) => [
      eventSegment(telling, event, happenedAt(resource, event)),
      patientSegment(patient, peer, number(accountNumber(resource), peer.names)),
      NO_VISIT,
    ],
  };
}

/** EVN-6, where the account says so. */
function happenedAt({ servicePeriod }: JsonObject, event: string): string {
  const { start, end } = objectOf(servicePeriod);
  if (event === 'BAR^P01') return textOf(start);
  return event === 'BAR^P06' ? textOf(end) : '';
}

export function accountEvent({ resource, before }: Change): string | undefined {
  const [was, is] = [before, resource].map((each) => each !== undefined && each.status === 'active');
  if (is === true && was !== true) return 'BAR^P01';
  if (was !== true) return undefined;
  if (is !== true) return 'BAR^P06';
  return before !== undefined && hasChanged(before, resource, SAID) ? 'BAR^P05' : undefined;
}

/** The number that somebody gave it, else one that is always the same. */
export function accountNumber(account: JsonObject): JsonObject {
  const known = objectsOf(account.identifier).filter(({ system, use }) => textOf(system) !== '' && use !== 'old');
  const own = {
    type: { coding: [{ system: IDENTIFIER_TYPES, code: 'AN' }] },
    system: `${CANONICAL}/hl7/account`,
    value: ownNumber(account),
  };
  return identifierOfType([...known], 'AN') ?? known[0] ?? own;
}

import { CANONICAL, ownExtension } from '../../map/canonical.ts';
import type { JsonObject, JsonValue } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { amount, price } from '../datatypes/amounts.ts';
import { concept, concepts } from '../datatypes/concepts.ts';
import { number, ownNumber } from '../datatypes/numbers.ts';
import { practitioner, practitioners } from '../datatypes/practitioners.ts';
import { timestamp } from '../datatypes/times.ts';
import { hasChanged } from '../has-changed.ts';
import { codesOf, extensionOf, objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
import { patientSegment } from '../segments/patient.ts';
import { visitOf } from '../segments/visit.ts';
import { subjectOf } from '../subject.ts';
import type { Outgoing, PeerProfile, Telling } from '../tell.ts';
import { accountNumber } from './account.ts';
import { eventSegment } from './patient.ts';

/** What FT1 says; whether it has been billed since is nothing that peers book. */
const SAID = [
  'code',
  'productCodeableConcept',
  'subject',
  'context',
  'account',
  'occurrenceDateTime',
  'occurrencePeriod',
  'quantity',
  'priceOverride',
  'performer',
  'reason',
  'extension',
];

/** Statuses in which it is charged. */
const CHARGED = new Set(['billable', 'billed']);

/**
 * DFT^P03: a charge (CG); a credit (CR) for one that is none any more; for one that is another now, both: a transaction is never changed
 * (HL7 v2.5.1 §6.4.1, table 0017).
 */
export function chargeMessage(telling: Telling): Outgoing | undefined {
  const { resource, before } = telling;
  const patient = subjectOf(telling);
  const was = before !== undefined && isCharged(before) ? before : undefined;
  const is = isCharged(resource) ? resource : undefined;
  if (patient === undefined || (was === undefined && is === undefined)) return undefined;
  if (was !== undefined && is !== undefined && !hasChanged(was, is, SAID)) return undefined;
  return {
    events: ['DFT^P03'],
    segments: (event, peer) => {
      const rows = [
        ...(was === undefined ? [] : [transaction(was, 'CR', telling, peer)]),
        ...(is === undefined ? [] : [transaction(is, 'CG', telling, peer)]),
      ];
      return [
        eventSegment(telling, event),
        patientSegment(patient, peer, accountOf(resource, telling, peer)),
        visitOf(resource.context, telling, peer),
        ...rows.map((row, index): OutgoingSegment => ['FT1', String(index + 1), ...row]),
      ];
    },
  };
}

function isCharged({ status }: JsonObject): boolean {
  return CHARGED.has(textOf(status));
}

/** PID-18: the first account that is known. */
function accountOf({ account }: JsonObject, { find }: Telling, { names }: PeerProfile): OutgoingField {
  const found = objectsOf(account)
    .map((reference) => find(referenceOf(reference)))
    .find((each) => each?.resourceType === 'Account');
  return found === undefined ? '' : number(accountNumber(found), names);
}

/** FT1 from its second field on. @param type table 0017 */
function transaction(charge: JsonObject, type: string, telling: Telling, peer: PeerProfile): readonly OutgoingField[] {
  const { names } = peer;
  const period = objectOf(charge.occurrencePeriod);
  const start = timestamp(textOf(charge.occurrenceDateTime) || textOf(period.start));
  const isOrderer = (each: JsonObject): boolean => codesOf(each.function).includes('OP');
  const people = (isWanted: (each: JsonObject) => boolean): OutgoingField =>
    practitioners(
      objectsOf(charge.performer)
        .filter(isWanted)
        .map(({ actor }) => actor),
      telling,
      names,
    );
  const department = objectOf(charge.performingOrganization);
  const modifiers = objectsOf(charge.extension).filter(({ url }) => url === ownExtension('procedure-modifier'));
  return [
    textOf(identifierOf(charge).value),
    '',
    [start, timestamp(textOf(period.end))],
    timestamp(textOf(charge.enteredDate) || textOf(objectOf(telling.resource.meta).lastUpdated)),
    type,
    concept(charge.code, peer),
    '',
    '',
    amount(charge.quantity),
    price(charge.priceOverride ?? netPrice(charge)),
    price(extensionOf(charge, ownExtension('unit-price')).valueMoney),
    ['', textOf(department.display)],
    ...['', '', '', '', ''],
    concepts(charge.reason, peer),
    people((each) => !isOrderer(each)),
    people(isOrderer),
    '',
    '',
    { repetitions: [practitioner(charge.enterer, telling, names) ?? ''] },
    '',
    { repetitions: modifiers.map(({ valueCodeableConcept }) => concept(valueCodeableConcept, peer)) },
    '',
    '',
    concept(charge.productCodeableConcept, peer),
  ];
}

/** FT1-2: the number that somebody gave it, else one that is always the same. */
function identifierOf(charge: JsonObject): JsonObject {
  const given = objectsOf(charge.identifier).find(({ value }) => textOf(value) !== '');
  return given ?? { system: `${CANONICAL}/hl7/charge`, value: ownNumber(charge) };
}

/** What the server has worked out that it comes to. */
function netPrice(charge: JsonObject): JsonValue | undefined {
  const parts = objectsOf(extensionOf(charge, ownExtension('charge-price')).extension);
  return parts.find(({ url }) => url === 'net')?.valueMoney;
}

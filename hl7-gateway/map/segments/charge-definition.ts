import type { JsonObject } from '../../../server/kernel/json.ts';
import { concept } from '../datatypes/concept.ts';
import { identifierOfCx, matchesOf, ownSystem } from '../datatypes/identifier.ts';
import { setDecimal } from '../datatypes/quantity.ts';
import { plainText } from '../datatypes/text.ts';
import { append, elementsOf, put } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { conceptKey, ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { segmentOf, type MasterRecord } from './master-record.ts';

/** MFN M04: CDM as a ChargeItemDefinition, known by its code (CDM-1); its price is PRC-5. */
export function chargeDefinition(draft: MappingDraft, record: MasterRecord): void {
  const cdm = segmentOf(record, 'CDM');
  if (cdm === undefined) throw new MapFailure('A record of the file of charges has no CDM', 'CDM', '101');
  const definition = elementsOf('ChargeItemDefinition');
  const { resource } = definition;
  put(definition, 'code', cdm, 1, (value) => concept(value, draft, { table: 'HL70132' }));
  const identifier = ownIdentity(draft, 'charge', [conceptKey(resource.code as JsonObject | undefined)]);
  if (identifier === undefined) throw new MapFailure('CDM-1 has no code of the charge', 'CDM^1^1', '101');
  resource.url = `${ownSystem(draft, 'charge')}/${String(identifier.value)}`;
  resource.identifier = [identifier];
  put(definition, 'title', cdm, 3, plainText);
  put(definition, 'description', cdm, 4, plainText);
  const other = cdm.value(7);
  const procedure =
    other === undefined ? undefined : identifierOfCx(other, draft, { system: ownSystem(draft, 'charge-procedure') });
  if (procedure !== undefined) append(resource, 'identifier', procedure);
  const isActive = !record.isInactive && cdm.text(8).toUpperCase() !== 'I';
  resource.status = isActive ? 'active' : 'retired';
  const prices = record.segments
    .filter(({ name }) => name === 'PRC')
    .map(priceOf)
    .filter((price) => price !== undefined);
  if (prices.length > 0) resource.propertyGroup = [{ priceComponent: prices }];
  draft.add(cdm.place, {
    resource,
    match: matchesOf([identifier]),
    mode: 'upsert',
    ...(definition.clears.length === 0 ? {} : { clears: definition.clears }),
    eventTime: eventTimeOf(draft),
  });
}

/** PRC-5 is a CP: an amount with its currency. A price without currency is none. */
function priceOf(prc: SegmentReader): JsonObject | undefined {
  prc.skip(1);
  const money = prc.value(5)?.part(1);
  const currency = money?.text(2) ?? '';
  const amount: JsonObject = {};
  if (money === undefined || !/^[A-Z]{3}$/.test(currency) || !setDecimal(amount, 'value', money.text(1)))
    return undefined;
  amount.currency = currency;
  return { type: 'base', amount };
}

import type { JsonObject } from '../../../server/kernel/json.ts';
import { ownExtension } from '../canonical.ts';
import { concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { identifierOfCx, identifierOfEi, matchOf, ownSystem } from '../datatypes/identifier.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { setDecimal } from '../datatypes/quantity.ts';
import { plainText } from '../datatypes/text.ts';
import { append, elementsOf, filled, put, putAll, putExtension, type Elements } from '../elements.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { momentOfFirst } from './moment.ts';
import { momentOrPeriod } from './moment-or-period.ts';
import { annotations } from './note.ts';
import type { PatientScope } from './patient-scope.ts';
import { procedureEntry } from './procedure.ts';
import { amount } from './units.ts';
import { whomElements } from './whom.ts';

/** Table 0017: what is charged. Credits, payments and adjustments are bookings against it. */
const CHARGE = 'CG';
/** Table 0443; OP is who ordered. */
const FUNCTIONS = 'http://terminology.hl7.org/CodeSystem/v2-0443';

/**
 * FT1: a charge, known by its number (FT1-2); without one it is new with each message.
 * @param below PR1 of what was done, notes
 * @param account reference to the Account
 * @throws MapFailure 103 for what is no charge: a person has to book it
 */
export function chargeEntry(
  draft: MappingDraft,
  ft1: SegmentReader,
  below: readonly SegmentReader[],
  whom: PatientScope,
  account: JsonObject | undefined,
): void {
  ft1.skip(1);
  const kind = ft1.text(6);
  if (kind !== '' && kind !== CHARGE) {
    throw new MapFailure(
      'A credit, payment or adjustment is no charge: it has to be booked by a person',
      locationOf(ft1, 6),
      '103',
    );
  }
  const charge = elementsOf('ChargeItem');
  const { resource, clears } = charge;
  Object.assign(resource, whomElements(whom, { patient: 'subject', visit: 'context' }));
  if (account !== undefined) resource.account = [account];
  putWhat(charge, ft1, draft);
  putWho(charge, ft1, draft);
  putAll(charge, 'reason', ft1, 19, (value) => concept(value, draft));
  putAll(charge, 'supportingInformation', ft1, 23, (value) => orderNamed(value, draft));
  for (const pr1 of below.filter(({ name }) => name === 'PR1')) {
    const done = procedureEntry(draft, pr1, whom);
    if (done !== undefined) append(resource, 'service', done.reference);
  }
  const notes = annotations(draft, below);
  if (notes.length > 0) resource.note = [...notes];
  const number = ft1.value(2);
  const identifier = number && identifierOfCx(number, draft, { system: ownSystem(draft, 'charge') });
  if (identifier !== undefined) resource.identifier = [identifier];
  const match = matchOf(identifier);
  draft.add(ft1.place, {
    resource,
    match: match === undefined ? [] : [match],
    mode: 'upsert',
    defaults: { status: 'billable' },
    ...(clears.length === 0 ? {} : { clears }),
    eventTime: momentOfFirst(draft, [ft1.value(5)]),
  });
}

function putWhat(charge: Elements, ft1: SegmentReader, draft: MappingDraft): void {
  const { resource } = charge;
  const [service, procedure] = [ft1.value(7), ft1.value(25)];
  const code = (service && concept(service, draft)) ?? (procedure && concept(procedure, draft));
  if (code === undefined) throw new MapFailure('The charge says not for what it is', locationOf(ft1, 7), '101');
  const other = service === undefined ? undefined : procedure && concept(procedure, draft);
  for (const coding of Array.isArray(other?.coding) ? other.coding : []) append(code, 'coding', coding);
  const text = [8, 9].map((field) => ft1.value(field)).map((value) => value && plainText(value));
  code.text ??= text.find((each) => each !== undefined);
  resource.code = filled(code) ?? code;
  const modifiers = ft1.values(26).map((value) => concept(value, draft));
  for (const modifier of modifiers)
    putExtension(resource, ownExtension('procedure-modifier'), 'valueCodeableConcept', modifier);
  const when = ft1.value(4);
  if (when !== undefined) {
    Object.assign(resource, momentOrPeriod('occurrence', dateTime(when.part(1), draft), dateTime(when.part(2), draft)));
  }
  put(charge, 'enteredDate', ft1, 5, (value) => dateTime(value, draft));
  const quantity = amount(ft1.text(10), undefined);
  if (quantity !== undefined) resource.quantity = quantity;
  put(charge, 'priceOverride', ft1, 11, money);
  const price = ft1.value(12);
  putExtension(resource, ownExtension('unit-price'), 'valueMoney', price && money(price));
  put(charge, 'productCodeableConcept', ft1, 29, (value) => concept(value, draft));
}

function putWho(charge: Elements, ft1: SegmentReader, draft: MappingDraft): void {
  put(charge, 'performingOrganization', ft1, 13, (value) => organizationNamed(concept(value, draft)));
  putAll(charge, 'performer', ft1, 20, (value) => {
    const actor = practitionerReference(value, draft);
    return actor && { actor };
  });
  putAll(charge, 'performer', ft1, 21, (value) => {
    const actor = practitionerReference(value, draft);
    return actor && { function: { coding: [{ system: FUNCTIONS, code: 'OP' }] }, actor };
  });
  put(charge, 'enterer', ft1, 24, (value) => practitionerReference(value, draft));
}

/** As ERR-2: `FT1^2^6`. */
function locationOf({ name, place }: SegmentReader, field: number): string {
  return `${name}^${/\[(\d+)\]/.exec(place)?.[1] ?? '1'}^${field}`;
}

/** CP: price and currency, `100&USD`. */
function money(value: Value): JsonObject | undefined {
  const price = value.part(1);
  const made: JsonObject = {};
  if (!setDecimal(made, 'value', price.peek(1))) return undefined;
  price.text(1);
  const currency = price.text(2);
  if (/^[A-Z]{3}$/.test(currency)) made.currency = currency;
  return made;
}

function orderNamed(value: Value, draft: MappingDraft): JsonObject | undefined {
  const identifier = identifierOfEi(value, draft, { type: 'FILL', system: ownSystem(draft, 'filler') });
  return identifier && { type: 'ServiceRequest', identifier };
}

function organizationNamed(made: JsonObject | undefined): JsonObject | undefined {
  if (made === undefined) return undefined;
  const [coding] = Array.isArray(made.coding) ? (made.coding as JsonObject[]) : [];
  return filled({
    type: 'Organization',
    identifier: coding && filled({ system: coding.system, value: coding.code }),
    display: made.text,
  });
}

import type { JsonObject } from '../../server/kernel/json.ts';
import { CANONICAL } from '../map/canonical.ts';
import type { Destination, Partner } from '../partner/partner.ts';
import { objectOf, objectsOf, referenceOf, textOf } from '../map/json.ts';
import type { Change } from './tell.ts';

/** A partner that takes messages. */
export interface Recipient extends Partner {
  readonly destination: Destination;
}

export function isRecipient(partner: Partner): partner is Recipient {
  return partner.isActive && partner.destination !== undefined;
}

/** Whether the version is what one of the partner's messages said; a later version that only kept that note is not. */
function isSaidBy(partner: Pick<Partner, 'id'>, { resource, before }: Change): boolean {
  return sourceIn(resource).startsWith(`${BASE}${encodeURIComponent(partner.id)}#`) && isNews(resource, before);
}

/** Whether it is what a message of any partner said. */
export function isSaidByPartner({ resource, before }: Change): boolean {
  return sourceIn(resource).startsWith(BASE) && isNews(resource, before);
}

const BASE = `${CANONICAL}/hl7/`;

function isNews(resource: JsonObject, before: JsonObject | undefined): boolean {
  return before === undefined || sourceIn(before) !== sourceIn(resource);
}

function sourceIn({ meta }: JsonObject): string {
  return textOf(objectOf(meta).source);
}

/** Who is told, or that nobody knows who is meant. */
export type Recipients = { readonly to: readonly Recipient[] } | { readonly isAmbiguous: true };

/**
 * Those that take one of the events, but for who said it. An order, or a prescription, goes to one place only: to the organization that
 * is to carry it out; where it names none, to the only partner that takes such orders.
 */
export function recipientsOf(change: Change, events: readonly string[], partners: readonly Recipient[]): Recipients {
  const taking = partners.filter((partner) => eventFor(partner, events) !== undefined && !isSaidBy(partner, change));
  const performers = performersOf(change.resource);
  if (performers === undefined) return { to: taking };
  if (performers.length > 0) {
    return { to: taking.filter(({ organization = '' }) => performers.includes(organization)) };
  }
  return taking.length > 1 ? { isAmbiguous: true } : { to: taking };
}

/** The first of the events that it takes. */
export function eventFor({ destination }: Recipient, events: readonly string[]): string | undefined {
  return events.find((event) => destination.events.includes(event));
}

/** Organizations that are to carry out an order; undefined for what is none. */
function performersOf({ resourceType, performer, dispenseRequest }: JsonObject): readonly string[] | undefined {
  if (resourceType === 'MedicationRequest') return organizationsIn([objectOf(objectOf(dispenseRequest).performer)]);
  return resourceType === 'ServiceRequest' ? organizationsIn(objectsOf(performer)) : undefined;
}

function organizationsIn(references: readonly JsonObject[]): readonly string[] {
  return references.map(referenceOf).filter((reference) => reference.startsWith('Organization/'));
}

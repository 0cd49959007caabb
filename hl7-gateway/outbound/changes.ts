import type { JsonObject } from '../../server/kernel/json.ts';
import type { FhirClient } from '../client/fhir-client.ts';
import { Unreachable } from '../client/http-call.ts';
import { objectOf, objectsOf, textOf } from '../map/json.ts';
import type { Change } from './tell.ts';

/** Changes of one resource type in the order in which they were written, from a number on. */
export interface ChangePage {
  readonly changes: readonly Change[];
  /** Number from which on to read next; the one asked from where there is nothing more. */
  readonly next: number;
  /** Events that the server has no more: it keeps them for some days only. */
  readonly missing: number;
}

/**
 * What the server has written of a type since, by a Subscription of the gateway's own: the server numbers its events without gaps and
 * keeps them while the gateway is down (`server/docs/subscriptions.md`). It is made, and asked for anew, as needed; the first
 * events are those after that.
 * @param size how many at once
 * @throws Unreachable when the server does not answer now
 */
export async function readChanges(client: FhirClient, type: string, from: number, size: number): Promise<ChangePage> {
  const nothing = { changes: [], next: from, missing: 0 };
  const id = `hl7-gateway-${type.toLowerCase()}`;
  const query = `eventsSinceNumber=${from}&eventsUntilNumber=${from + size - 1}&content=full-resource`;
  const { status, body } = await client.send({ method: 'GET', path: `Subscription/${id}/$events?${query}` });
  if (status === 404 || status === 410 || status === 409) {
    await requestEvents(client, type, id);
    return nothing;
  }
  if (status !== 200) throw new Unreachable(`the events of ${type} were answered ${status}`, status);
  const [head = {}, ...entries] = objectsOf(body.entry);
  const parameters = objectsOf(objectOf(head.resource).parameter);
  const valueOf = (name: string): JsonObject => parameters.find((each) => each.name === name) ?? {};
  const state = textOf(valueOf('status').valueCode);
  if (state === 'error' || state === 'off') await requestEvents(client, type, id);
  const total = Number(textOf(valueOf('events-since-subscription-start').valueString));
  const told = parameters.filter(({ name }) => name === 'notification-event').map(numberOf);
  // Another Subscription of that name: it counts from one again.
  if (total + 1 < from) return { ...nothing, next: 1 };
  const next = Math.max(from, Math.min(from + size, total + 1), ...told.map((number) => number + 1));
  const resources = entries.map(({ resource }) => objectOf(resource)).filter(({ id: known }) => known !== undefined);
  return {
    changes: await withVersionsBefore(client, resources),
    next,
    missing: next - from - told.length,
  };
}

function numberOf({ part }: JsonObject): number {
  return Number(textOf(objectsOf(part).find(({ name }) => name === 'event-number')?.valueString));
}

async function requestEvents(client: FhirClient, type: string, id: string): Promise<void> {
  const body = {
    resourceType: 'Subscription',
    id,
    status: 'requested',
    reason: 'Messages to partners of the HL7 gateway',
    criteria: type,
    channel: { type: 'websocket' },
  };
  const { status } = await client.send({ method: 'PUT', path: `Subscription/${id}`, body });
  if (status !== 200 && status !== 201) throw new Unreachable(`a Subscription was answered ${status}`, status);
}

/** What changed decides what is told: each with the version before it. */
function withVersionsBefore(client: FhirClient, resources: readonly JsonObject[]): Promise<readonly Change[]> {
  const known = new Map(resources.map((resource) => [nameOf(resource, versionOf(resource)), resource]));
  return Promise.all(
    resources.map(async (resource) => {
      const version = versionOf(resource) - 1;
      const name = nameOf(resource, version);
      const before = version < 1 ? undefined : (known.get(name) ?? (await readVersion(client, name)));
      return { resource, before };
    }),
  );
}

function nameOf({ resourceType, id }: JsonObject, version: number): string {
  return `${textOf(resourceType)}/${textOf(id)}/_history/${version}`;
}

export function versionOf({ meta }: JsonObject): number {
  return Number(textOf(objectOf(meta).versionId));
}

/** Undefined where it was erased, or was a deletion. */
async function readVersion(client: FhirClient, path: string): Promise<JsonObject | undefined> {
  const { status, body } = await client.send({ method: 'GET', path });
  return status === 200 ? body : undefined;
}

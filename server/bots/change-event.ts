import type { Access } from '../access/access.ts';
import type { Engine } from '../fhir/engine.ts';
import { shownResource } from '../fhir/shape/shown-resource.ts';
import { parseStored } from '../fhir/write/current.ts';
import type { JsonObject } from '../kernel/json.ts';
import { readVersion } from '../storage/read.ts';
import type { SubscriberEvent } from '../subscriptions/subscriber.ts';

/** A change as the bot gets it: as far as its client may see the resource; undefined when it may not. */
export async function changeEvent(
  engine: Engine,
  access: Access,
  event: SubscriberEvent,
): Promise<JsonObject | undefined> {
  const { id, interaction, type, resourceId, version, resource } = event;
  // What is gone has to be one that it could have seen.
  const known = resource ?? (await versionBefore(engine, event));
  if (known === undefined || !access.permits(known, 'read')) return undefined;
  const shown = resource === undefined ? undefined : shownResource(engine.definitions, access, resource);
  return {
    trigger: 'subscription',
    id,
    interaction,
    type,
    resourceId,
    version,
    ...(shown === undefined ? {} : { resource: shown }),
  };
}

async function versionBefore(
  engine: Engine,
  { tenant, type, resourceId, version }: SubscriberEvent,
): Promise<JsonObject | undefined> {
  const ref = engine.hasher(tenant).target(`${type}/${resourceId}`);
  const row = await readVersion(engine.dbOf(tenant), tenant, ref, version - 1);
  return typeof row?.body !== 'string' ? undefined : parseStored(type, { id: resourceId, ...row, body: row.body });
}

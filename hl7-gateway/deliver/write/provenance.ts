import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import type { MappedResource } from '../../map/mapped-message.ts';
import type { DeliverableMessage } from '../delivered.ts';

const GATEWAY = 'https://athanor.health/fhir';

/**
 * Where it all comes from, under the id of the message: that it is stored says that the message was applied.
 * @param mapped as the map made it; without one it says who sent which message
 * @param targets references to what the message changed
 */
export function provenanceOf(
  { id, controlId, partner, receivedAt }: DeliverableMessage,
  mapped: MappedResource | undefined,
  targets: readonly string[],
): JsonObject {
  const target = targets.map((reference) => ({ reference }));
  if (mapped !== undefined) return { ...mapped, id, target };
  const { organization, name } = partner;
  return {
    resourceType: 'Provenance',
    id,
    target,
    recorded: receivedAt,
    agent: [{ who: organization === undefined ? { display: name } : { reference: organization } }],
    entity: [
      { role: 'source', what: { identifier: { system: `${GATEWAY}/hl7/${partner.id}/message`, value: controlId } } },
    ],
  };
}

/** The resource as one that a message has said last: https://hl7.org/fhir/R4/resource-definitions.html#Meta.source */
export function withSource(resource: JsonObject, { partner, controlId }: DeliverableMessage): JsonObject {
  const source = `${GATEWAY}/hl7/${partner.id}#${encodeURIComponent(controlId)}`;
  return { ...resource, meta: { ...(isObject(resource.meta) ? resource.meta : {}), source } };
}

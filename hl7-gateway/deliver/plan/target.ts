import type { JsonObject } from '../../../server/kernel/json.ts';
import type { StoredResource } from '../read/stored.ts';

/** A resource of which messages speak; it changes while a plan is made. */
export interface Target {
  readonly type: string;
  /** How others refer to it: `Type/id`, or the `urn:uuid:…` of what is new. */
  readonly reference: string;
  readonly before?: StoredResource;
  /** As it will be; undefined for what is new and of which nothing has been said yet. */
  after: JsonObject | undefined;
  /** Criteria under which nothing may be stored when it is created; undefined: it has no identity. */
  readonly criteria?: string;
  /** Whether it is named in passing only: where it is stored meanwhile, that one is meant. */
  isInPassing: boolean;
  /** Places, in the list of messages, of those that changed it. */
  readonly changedBy: Set<number>;
}

export function storedTarget(before: StoredResource): Target {
  return {
    type: before.resourceType,
    reference: `${before.resourceType}/${before.id}`,
    before,
    after: before,
    isInPassing: false,
    changedBy: new Set(),
  };
}

export function newTarget(type: string, reference: string, criteria: string | undefined, isInPassing: boolean): Target {
  return {
    type,
    reference,
    after: undefined,
    ...(criteria === undefined ? {} : { criteria }),
    isInPassing,
    changedBy: new Set(),
  };
}

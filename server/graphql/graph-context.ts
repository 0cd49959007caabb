import type { Ctx, Engine } from '../fhir/engine.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { ReferenceReader } from '../search/index/reference-target.ts';
import type { Budget } from './budget.ts';
import type { ReadResource } from './read-resources.ts';
import type { FindReferring } from './find-referring.ts';

/** What resolvers of one query share. */
export interface GraphContext {
  readonly engine: Engine;
  readonly ctx: Ctx;
  readonly budget: Budget;
  readonly read: ReadResource;
  readonly findReferring: FindReferring;
  readonly readReference: ReferenceReader;
}

/** A resource or an element of one, as resolvers pass it on. */
export interface GraphNode {
  readonly json: JsonObject;
  /** The resource that it belongs to, in which references to contained resources are looked up. */
  readonly owner: JsonObject;
}

export function resourceNode(resource: JsonObject): GraphNode {
  return { json: resource, owner: resource };
}

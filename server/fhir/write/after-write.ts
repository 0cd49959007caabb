import { rewriteConsentRule } from '../../access/consent/consent-store.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createReferenceReader } from '../../search/index/reference-target.ts';
import type { Ctx, Engine } from '../engine.ts';
import { announceChange } from '../live/changes.ts';
import { subscriptionChanged } from '../subscriptions/subscription-changed.ts';
import { liveKindOf } from './live-type.ts';

/** What became of a resource; `resource` is undefined when it was deleted. */
export interface WrittenResource {
  readonly type: string;
  readonly id: string;
  readonly resource: JsonObject | undefined;
}

/** Something that follows from a change, in its transaction. */
type Consequence = (engine: Engine, ctx: Ctx, written: WrittenResource) => Promise<void>;

/** By type, for the few types that mean something to the server itself. */
const CONSEQUENCES: ReadonlyMap<string, Consequence> = new Map<string, Consequence>([
  ['Consent', consentChanged],
  ['Subscription', subscriptionChanged],
]);

/** Whether a change of the type needs a transaction, for what must be committed with it. */
export function hasConsequences(type: string): boolean {
  return liveKindOf(type) !== undefined || CONSEQUENCES.has(type);
}

/** What must happen, in the transaction of the change, when a resource of special meaning is created, changed or deleted. */
export async function afterWrite(engine: Engine, ctx: Ctx, written: WrittenResource): Promise<void> {
  const kind = liveKindOf(written.type);
  if (kind !== undefined) await announceChange(engine, ctx, kind);
  await CONSEQUENCES.get(written.type)?.(engine, ctx, written);
}

/** What patients consent to decides about access from the moment that it is stored. */
async function consentChanged(engine: Engine, ctx: Ctx, { id, resource }: WrittenResource): Promise<void> {
  const { definitions, settings } = engine;
  const bases = [ctx.baseUrl, settings.baseUrl];
  const readReference = createReferenceReader((name) => definitions.isResourceType(name), bases);
  if (await rewriteConsentRule(ctx.db, ctx.tenant, id, resource, readReference)) {
    await announceChange(engine, ctx, 'policies');
  }
}

import type { Ctx, Engine } from '../fhir/engine.ts';
import { isResourceVisible, mayRead } from '../fhir/interactions/visible.ts';
import type { SeenResource } from '../fhir/audit-trail.ts';
import { parseStored } from '../fhir/write/current.ts';
import { fault } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';
import { readForWrite } from '../storage/lock.ts';
import { textsIn } from './answer-parts.ts';
import type { GatewayCall } from './gateway-operation.ts';

/**
 * A message with its content, for somebody who may see all of every resource that it made or found newer: what they may not read
 * in the record they do not read in the message either. What waits for a person has made none: whoever may call these operations
 * may see it. The audit trail gets the resources, and by them the patients.
 * @param operation `$name`
 * @throws Fault 404 for others, as if there were no such message
 */
export async function visibleMessage(
  { engine, ctx, gateway }: GatewayCall,
  operation: string,
  id: string,
): Promise<JsonObject> {
  const message = await gateway.ask('show', { id });
  const references = new Set([...textsIn(message.resources), ...textsIn(message.superseded)]);
  const { seen, isAll } = await readable(engine, ctx, references);
  if (!isAll) throw fault('hl7.noMessage', 404, 'not-found', 'There is no such message.');
  ctx.audit.note({ action: 'E', interaction: operation, query: `message=${id}`, seen });
  return message;
}

/** Those resources that the caller may see all of, and whether that is all of them. */
export async function readable(
  engine: Engine,
  ctx: Ctx,
  references: ReadonlySet<string>,
): Promise<{ readonly seen: readonly SeenResource[]; readonly isAll: boolean }> {
  const hasher = engine.hasher(ctx.tenant);
  const named = [...references].map((reference) => {
    const [type = '', id = ''] = reference.split('/');
    return { type, id, ref: hasher.target(reference) };
  });
  if (named.length === 0) return { seen: [], isAll: true };
  const rows = await readForWrite(
    ctx.db,
    ctx.tenant,
    named.map(({ ref }) => ref),
    false,
  );
  const seen: SeenResource[] = [];
  let isAll = true;
  for (const { type, id, ref } of named) {
    const row = rows.get(ref);
    if (row === undefined) {
      // Deleted since: its last version decides. Of what was erased nobody reads the message any more.
      isAll &&= await isResourceVisible(engine, ctx, type, id);
      continue;
    }
    const { version, updated, body } = row;
    const isWhole = (): boolean => ctx.access.hiddenIn(parseStored(type, { id, version, updated, body })).length === 0;
    if ((await mayRead(engine, ctx, { type, id, version, updated, body })) && isWhole()) seen.push({ type, id, body });
    else isAll = false;
  }
  return { seen, isAll };
}

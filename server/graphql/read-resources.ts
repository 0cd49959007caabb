import type { Ctx, Engine } from '../fhir/engine.ts';
import { allowedOfType } from '../fhir/search/allowed-rows.ts';
import { shownResource } from '../fhir/shape/shown-resource.ts';
import { parseStored } from '../fhir/write/current.ts';
import { Fault } from '../kernel/fault.ts';
import { isObject, parseJson, type JsonObject } from '../kernel/json.ts';
import { readLives } from '../storage/read.ts';
import { createBatch } from './batch.ts';
import type { Budget } from './budget.ts';

/** A resource as the caller may see it; undefined when there is none that they may. */
export type ReadResource = (type: string, id: string) => Promise<JsonObject | undefined>;

/** Deeper than what clients may send, since a stored resource must always be readable again. */
const STORED_LIMITS = { maxDepth: 256 };

/** Reads resources, those that are asked for at once in one statement per type. */
export function createReadResource(engine: Engine, ctx: Ctx, budget: Budget): ReadResource {
  const batches = new Map<string, (id: string) => Promise<JsonObject | undefined>>();
  return (type, id) => {
    let batch = batches.get(type);
    if (batch === undefined) {
      const isElsewhere = engine.typeServers.has(type);
      batch = createBatch((ids) => {
        budget.resources(ids.length);
        return isElsewhere ? readElsewhere(engine, ctx, type, ids) : readStored(engine, ctx, type, ids);
      });
      batches.set(type, batch);
    }
    return batch(id);
  };
}

async function readStored(
  engine: Engine,
  ctx: Ctx,
  type: string,
  ids: readonly string[],
): Promise<readonly (JsonObject | undefined)[]> {
  const hasher = engine.hasher(ctx.tenant);
  const refs = ids.map((id) => hasher.target(`${type}/${id}`));
  const rows = await readLives(ctx.db, ctx.tenant, refs, allowedOfType(engine, ctx, type, 'read'));
  if (ctx.audit.isOn && rows.length > 0) {
    const seen = rows.map(({ id, body }) => ({ type, id, body }));
    ctx.audit.note({ action: 'E', interaction: '$graphql', type, seen });
  }
  const byRef = new Map(rows.map((row) => [row.ref, row]));
  return refs.map((ref) => {
    const row = byRef.get(ref);
    return row === undefined ? undefined : shownResource(engine.definitions, ctx.access, parseStored(type, row));
  });
}

/** Types that are kept elsewhere are read one by one. */
function readElsewhere(
  engine: Engine,
  ctx: Ctx,
  type: string,
  ids: readonly string[],
): Promise<readonly (JsonObject | undefined)[]> {
  const read = engine.typeServers.get(type)?.interactions.read;
  return Promise.all(
    ids.map(async (id) => {
      try {
        const request = { method: 'GET', path: [type, id], query: '', headers: { prefer: {}, accept: [] } } as const;
        const resource = parseJson((await read?.(engine, ctx, request))?.text ?? 'null', STORED_LIMITS);
        return isObject(resource) ? resource : undefined;
      } catch (error) {
        if (error instanceof Fault && (error.status === 404 || error.status === 410)) return undefined;
        throw error;
      }
    }),
  );
}

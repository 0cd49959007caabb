import { listEntries, parseEntry } from '../../fhir/bundle/entries.ts';
import { execute } from '../../fhir/bundle/execute.ts';
import { resolveEntries } from '../../fhir/bundle/resolve.ts';
import type { Ctx, Engine } from '../../fhir/engine.ts';
import type { JsonObject } from '../../kernel/json.ts';

/** Loads a transaction Bundle in the open transaction, by the path that clients' Bundles take. @returns how many resources are new */
export async function loadBundle(engine: Engine, ctx: Ctx, bundle: JsonObject): Promise<number> {
  const entries = listEntries(engine, bundle).map((entry, index) => parseEntry(ctx.baseUrl, entry, index));
  const done = await execute(engine, ctx, await resolveEntries(engine, ctx, entries));
  return [...done.values()].filter((result) => result.kind === 'version' && result.status === 201).length;
}

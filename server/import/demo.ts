import { listEntries, parseEntry } from '../fhir/bundle/entries.ts';
import { execute } from '../fhir/bundle/execute.ts';
import { resolveEntries } from '../fhir/bundle/resolve.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { inTransaction } from '../fhir/write/in-transaction.ts';
import { generateDemoClinic } from './demo-clinic/generate.ts';

/** Loads the demo clinic; a second time only repairs what was changed or deleted meanwhile. */
export async function loadDemo(
  engine: Engine,
  ctx: Ctx,
): Promise<{ readonly created: number; readonly existing: number }> {
  const list = listEntries(engine, generateDemoClinic());
  const entries = list.map((entry, index) => parseEntry(ctx.baseUrl, entry, index));
  const done = await inTransaction(engine, ctx, async (inner) =>
    execute(engine, inner, await resolveEntries(engine, inner, entries)),
  );
  const results = [...done.values()];
  const created = results.filter((result) => result.kind === 'version' && result.status === 201).length;
  return { created, existing: results.length - created };
}

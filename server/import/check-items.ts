import { Fault } from '../kernel/fault.ts';
import { entryFault } from '../fhir/bundle/entries.ts';
import { resolveEntries } from '../fhir/bundle/resolve.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { expectResource, prepare } from '../fhir/write/prepare.ts';
import { entriesOf, type Item } from './items.ts';
import { isMissingReference } from './missing-reference.ts';
import type { Written } from './write-items.ts';

/**
 * What {@link writeItems} would refuse, without writing: entries, criteria, and every resource's validation. Targets of
 * references are not asked for, since they may come with this very import.
 * @throws Fault as writeItems would
 */
export async function checkItems(engine: Engine, ctx: Ctx, items: readonly Item[]): Promise<Written> {
  const entries = entriesOf(engine, ctx, items);
  const created = new Map<string, number>();
  for (const { index, resource, method, path } of entries) {
    const [type = ''] = path;
    if (resource === undefined || (method !== 'POST' && method !== 'PUT')) continue;
    try {
      await prepare(engine, ctx.tenant, expectResource(resource, type), path[1] ?? ctx.newId());
    } catch (error) {
      throw entryFault(error, index);
    }
    created.set(type, (created.get(type) ?? 0) + 1);
  }
  try {
    await resolveEntries(engine, ctx, entries);
  } catch (error) {
    if (!(error instanceof Fault) || !isMissingReference(error)) throw error;
  }
  return { created, existing: 0, skipped: 0 };
}

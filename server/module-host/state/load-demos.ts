import type { Ctx, Engine } from '../../fhir/engine.ts';
import { inTransaction } from '../../fhir/write/in-transaction.ts';
import type { Registry } from '../../registry/registry.ts';
import { loadBundle } from './load-bundle.ts';

/**
 * Loads the demo data of the modules that the tenant has, in load order and each in one transaction; what is there already
 * stays.
 * @returns how many resources are new
 */
export async function loadDemos(
  engine: Engine,
  ctx: Ctx,
  registry: Registry,
  isEnabled: (tenant: number, module: string) => boolean,
): Promise<number> {
  let created = 0;
  for (const { manifest, data } of registry.modules) {
    if (!isEnabled(ctx.tenant, manifest.name)) continue;
    created += await inTransaction(engine, ctx, async (inner) => {
      let count = 0;
      for (const { json } of data.demos) count += await loadBundle(engine, inner, json);
      return count;
    });
  }
  return created;
}

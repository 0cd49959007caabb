import type { Engine } from '../../fhir/engine.ts';
import { serverContext } from '../../fhir/request-context.ts';
import { route } from '../../fhir/router.ts';
import { parseJson } from '../../kernel/json.ts';
import { readTenants } from '../../storage/tenants.ts';
import { storedFacts } from './stored-facts.ts';
import { watchTenant } from './watch-tenant.ts';

export interface BreachWatchOptions {
  readonly engine: Engine;
  /** `client/ID` and people who may export in bulk. */
  readonly exporters: readonly string[];
  countryOf(ip: string): string | undefined;
  now(): number;
}

/** Longer than events take to be committed, and than the pause between passes; ms. */
const OVERLAP = 300_000;

/** A pass of the heuristics over what came in the last minutes, in every tenant. */
export function createBreachWatch({ engine, exporters, countryOf, now }: BreachWatchOptions): () => Promise<void> {
  const facts = storedFacts({ engine, exporters, countryOf });
  const writeBundle = async (tenant: number, bundle: object): Promise<void> => {
    const ctx = serverContext(engine, tenant, 'audit-watch', engine.settings.baseUrl);
    const headers = { prefer: { return: 'minimal' }, accept: [] } as const;
    await route(engine, ctx, { method: 'POST', path: [], query: '', headers, body: parseJson(JSON.stringify(bundle)) });
  };
  return async () => {
    const to = now();
    for (const { id } of await readTenants(engine.db)) {
      await watchTenant({ db: engine.db, facts, writeBundle }, id, to - OVERLAP, to);
    }
  };
}

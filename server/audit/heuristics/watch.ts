import type { Engine } from '../../fhir/engine.ts';
import { serverContext } from '../../fhir/request-context.ts';
import { route } from '../../fhir/router.ts';
import { parseJson } from '../../kernel/json.ts';
import { readTenants } from '../../storage/tenants.ts';
import { keepActivity } from './activity.ts';
import { storedFacts } from './stored-facts.ts';
import { watchTenant } from './watch-tenant.ts';

export interface BreachWatchOptions {
  readonly engine: Engine;
  /** `client/ID` and people who may export in bulk. */
  readonly exporters: readonly string[];
  countryOf(ip: string): string | undefined;
  now(): number;
}

/** Longer than events take to be committed; ms. */
const OVERLAP = 60_000;
/** How far back events are new, however long nobody looked; ms. */
const MOST = 24 * 3_600_000;

/**
 * A pass of the heuristics over what came since the one before, in every tenant.
 * @returns given when that one began (ms, 0: never) and the base of transactions, see transactionBase
 */
export function createBreachWatch({
  engine,
  exporters,
  countryOf,
  now,
}: BreachWatchOptions): (before: number, base: number) => Promise<void> {
  const facts = storedFacts({ engine, exporters, countryOf });
  const writeBundle = async (tenant: number, bundle: object): Promise<void> => {
    const ctx = serverContext(engine, tenant, 'audit-watch', engine.settings.baseUrl);
    const headers = { prefer: { return: 'minimal' }, accept: [] } as const;
    await route(engine, ctx, { method: 'POST', path: [], query: '', headers, body: parseJson(JSON.stringify(bundle)) });
  };
  return async (before, base) => {
    const to = now();
    await keepActivity(engine.db, base, to);
    const from = Math.max(before - OVERLAP, to - MOST);
    for (const { id } of await readTenants(engine.db)) {
      await watchTenant({ db: engine.db, facts, writeBundle }, id, from, to);
    }
  };
}

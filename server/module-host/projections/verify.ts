import type { Engine } from '../../fhir/engine.ts';
import { compareTables, type Drift } from '../../storage/projection-drift.ts';
import { freezeView } from '../../storage/projection-source.ts';
import { builtProjections } from '../../storage/projection-state.ts';
import { fillApart } from './build.ts';
import { schemaOf, type OwnedProjection } from './tables.ts';

export interface DriftReport {
  readonly name: string;
  readonly tenants: readonly number[];
  readonly resources: number;
  /** Empty: the tables are exactly what the live resources make of them. */
  readonly drift: readonly Drift[];
}

/** Thrown to end a transaction that must leave nothing. */
class Verified extends Error {
  readonly report: DriftReport;

  constructor(report: DriftReport) {
    super('verified');
    this.report = report;
  }
}

/**
 * Compares the projection's tables with what the live resources make of them, all of it as of one moment; writers are not
 * held up, and nothing is left behind.
 */
export async function verifyProjection(engine: Engine, owned: OwnedProjection): Promise<DriftReport> {
  const { name, tables, version } = owned.projection;
  const live = schemaOf(name);
  const made = `${live}__verify`;
  try {
    return await engine.db.transaction<never>(
      async (tx) => {
        await freezeView(tx);
        const built = (await builtProjections(tx)).filter((each) => each.name === name && each.version === version);
        const tenants = built.map(({ tenant }) => tenant).sort((a, b) => a - b);
        const resources = tenants.length === 0 ? 0 : await fillApart(engine, owned, tenants, tx, made);
        const drift: Drift[] = [];
        for (const table of tenants.length === 0 ? [] : tables) {
          drift.push(...(await compareTables(tx, table, { live, made }, tenants)));
        }
        throw new Verified({ name, tenants, resources, drift });
      },
      { retries: 0 },
    );
  } catch (error) {
    if (error instanceof Verified) return error.report;
    throw error;
  }
}

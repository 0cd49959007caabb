import { unrestricted } from '../../server/access/access.ts';
import { AUDIT_EVENT_SERVER } from '../../server/audit/serve/audit-event-server.ts';
import { openEngine, type OpenEngine } from '../../server/boot/open-engine.ts';
import type { ProtectionSettings } from '../../server/boot/protected-databases.ts';
import { NO_TRAIL } from '../../server/fhir/audit-trail.ts';
import type { FhirSettings } from '../../server/fhir/engine.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import type { Ctx } from '../../server/fhir/engine.ts';
import { createTestDatabase } from './test-database.ts';

export const TEST_BASE = 'http://localhost:8080/fhir/R4';

export interface TestEngine extends OpenEngine {
  readonly connectionString: string;
  /** A request's context. */
  ctx(): Ctx;
}

export interface TestSettings extends Partial<FhirSettings> {
  /** `structure` for tests whose resources need not mean anything. Default: `full`. */
  readonly validation?: 'full' | 'structure';
  /** Whether AuditEvent is served by the audit trail. Default: no. */
  readonly isAudited?: boolean;
  /** Default: nothing is encrypted. */
  readonly protection?: ProtectionSettings;
}

/** An engine on a database of its own, or as another process on the database of another one; without HTTP. */
export async function openTestEngine(
  { validation = 'full', protection, isAudited = false, ...settings }: TestSettings = {},
  sharedDatabase?: string,
): Promise<TestEngine> {
  const database =
    sharedDatabase === undefined
      ? await createTestDatabase()
      : { connectionString: sharedDatabase, drop: () => Promise.resolve() };
  const open = await openEngine({
    connectionString: database.connectionString,
    poolSize: 10,
    statementTimeout: 30_000,
    poolTimeout: 5000,
    settings: {
      baseUrl: TEST_BASE,
      referentialIntegrity: true,
      defaultCount: 20,
      maxCount: 1000,
      maxBundleEntries: 5000,
      maxIncludes: 1000,
      version: 'test',
      ...settings,
    },
    validation: { others: validation, byType: new Map() },
    profiles: new Map(),
    ...(isAudited ? { typeServers: [AUDIT_EVENT_SERVER] } : {}),
    ...(protection === undefined ? {} : { protection }),
    baseUrls: [TEST_BASE],
    runsJobs: true,
    barrier: 50,
    now: () => Date.now(),
    onError: (error) => {
      throw error;
    },
  });
  return {
    ...open,
    connectionString: database.connectionString,
    ctx: () => ({
      tenant: 1,
      requestId: 'test',
      baseUrl: TEST_BASE,
      db: open.engine.dbOf(1),
      inTransaction: false,
      access: unrestricted(1),
      audit: NO_TRAIL,
      now: () => Date.now(),
      newId: () => uuidv7(Date.now()),
    }),
    async close() {
      await open.close();
      await database.drop();
    },
  };
}

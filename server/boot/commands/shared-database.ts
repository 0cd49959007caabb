import { migrate } from '../../storage/migrate.ts';
import type { Config } from '../config.ts';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';

/** The migrated database that a command works on, whether the server runs at the same time or not. */
export interface SharedDatabase {
  readonly connectionString: string;
  /** Ends the embedded server if this command started it. */
  close(): Promise<void>;
}

export async function openSharedDatabase(config: Config): Promise<SharedDatabase> {
  if (config.databaseUrl !== undefined) {
    await migrate(config.databaseUrl);
    return { connectionString: config.databaseUrl, close: () => Promise.resolve() };
  }
  const server = await startEmbeddedPostgres({ dataDir: config.dataDir });
  await migrate(server.connectionString);
  return {
    connectionString: server.connectionString,
    close: () => (server.wasRunning ? Promise.resolve() : server.stop()),
  };
}

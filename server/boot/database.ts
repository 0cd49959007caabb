import { resolve } from 'node:path';
import type { Log } from '../kernel/log.ts';
import { migrate } from '../storage/migrate.ts';
import type { Config } from './config.ts';
import { claimDataFolder } from './data-folder.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.ts';

/** The migrated database of a server process. */
export interface Database {
  readonly connectionString: string;
  /** Ends the embedded server; an external one stays as it is. */
  stop(): Promise<void>;
}

const RESTART_PAUSE = 200;
const SPARE_CONNECTIONS = 50;

/** Connects to DATABASE_URL, or starts the embedded PostgreSQL and keeps it running; brings the schema up to date. */
export async function openDatabase(config: Config, log: Log): Promise<Database> {
  const database =
    config.databaseUrl === undefined
      ? await superviseEmbedded(embeddedOptions(config), log)
      : external(config.databaseUrl);
  const migrations = await migrate(database.connectionString);
  if (migrations.length > 0) log.info({ migrations }, 'schema brought up to date');
  return database;
}

function external(connectionString: string): Database {
  return { connectionString, stop: () => Promise.resolve() };
}

/** Every worker may fill its pool; imports, psql and autovacuum need some more. */
function embeddedOptions({ dataDir, workers, poolSize }: Config): EmbeddedPostgresOptions {
  return { dataDir, settings: { max_connections: String(Math.max(100, workers * poolSize + SPARE_CONNECTIONS)) } };
}

async function superviseEmbedded(options: EmbeddedPostgresOptions, log: Log): Promise<Database> {
  const release = claimDataFolder(options.dataDir);
  let isStopping = false;
  let server = await startEmbeddedPostgres(options);
  if (!server.folder.startsWith(resolve(options.dataDir))) {
    log.warn({ folder: server.folder }, 'user postgres cannot enter DATA_DIR; the database stands in another folder');
  }
  if (server.wasRunning) log.info({ postgres: server.pid }, 'adopted the PostgreSQL that runs on the data folder');

  async function supervise(current: EmbeddedPostgres): Promise<void> {
    await current.exited;
    while (!isStopping) {
      log.error({ postgres: server.pid }, 'PostgreSQL ended; starting it again');
      try {
        server = await startEmbeddedPostgres(options);
        void supervise(server);
        return;
      } catch (error) {
        log.error({ err: error }, 'PostgreSQL does not start');
        await new Promise((resolve) => setTimeout(resolve, RESTART_PAUSE));
      }
    }
  }
  void supervise(server);

  return {
    connectionString: server.connectionString,
    async stop() {
      isStopping = true;
      await server.stop();
      release();
    },
  };
}

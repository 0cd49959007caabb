import { serverContext } from '../../fhir/request-context.ts';
import { runValidate } from '../../revalidation/cli.ts';
import { readConfig } from '../config.ts';
import { engineOptions } from '../engine-options.ts';
import { openEngine } from '../open-engine.ts';
import { openSharedDatabase } from './shared-database.ts';

/** `athanor validate …`; resolves to the exit code. */
export function validateCommand(argv: readonly string[]): Promise<number> {
  return runValidate(argv, async () => {
    const config = readConfig(process.env);
    const database = await openSharedDatabase(config);
    const onError = (error: unknown): void => void process.stderr.write(`athanor validate: ${String(error)}\n`);
    const opened = await openEngine({ ...engineOptions(config, database.connectionString, onError), runsJobs: false });
    return {
      engine: opened.engine,
      ctx: serverContext(opened.engine, 1, 'validate', opened.engine.settings.baseUrl),
      dataDir: config.dataDir,
      async close() {
        await opened.close();
        await database.close();
      },
    };
  });
}

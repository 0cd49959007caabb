import { serverContext } from '../../fhir/request-context.ts';
import { loadDemo } from '../../import/demo.ts';
import { readConfig } from '../config.ts';
import { engineOptions } from '../engine-options.ts';
import { openEngine } from '../open-engine.ts';
import { openSharedDatabase } from './shared-database.ts';

/** `athanor demo`: loads the demo clinic; resolves to the exit code. */
export async function demoCommand(): Promise<number> {
  const config = readConfig(process.env);
  const database = await openSharedDatabase(config);
  try {
    const onError = (error: unknown): void => void process.stderr.write(`athanor demo: ${String(error)}\n`);
    const { engine, close } = await openEngine({
      ...engineOptions(config, database.connectionString, onError),
      runsJobs: false,
    });
    try {
      const { created, existing } = await loadDemo(engine, serverContext(engine, 1, 'demo', engine.settings.baseUrl));
      process.stdout.write(`Demo clinic: ${created} resources created, ${existing} were there already.\n`);
      return 0;
    } finally {
      await close();
    }
  } finally {
    await database.close();
  }
}

import { createLog } from '../../kernel/log.ts';
import { readConfig } from '../config.ts';
import { openClinic, type OpenClinic } from '../open-clinic.ts';
import { openSharedDatabase } from './shared-database.ts';

/**
 * Runs a command that writes resources, on the configured database, whether the server runs at the same time or not.
 * @param command its name, before what it tells of failures
 */
export async function withClinic<R>(command: string, work: (clinic: OpenClinic) => Promise<R>): Promise<R> {
  const config = readConfig(process.env);
  const { connectionString, close } = await openSharedDatabase(config);
  try {
    const onError = (error: unknown): void => void process.stderr.write(`athanor ${command}: ${String(error)}\n`);
    const clinic = await openClinic({ config, connectionString, log: createLog('warn', command), onError });
    try {
      return await work(clinic);
    } finally {
      await clinic.close();
    }
  } finally {
    await close();
  }
}

import { runTerminologyCommand } from '../../../terminology/import/command.ts';
import { readConfig } from '../config.ts';
import { openSharedDatabase } from './shared-database.ts';

/** `athanor terminology …`; resolves to the exit code. */
export function terminologyCommand(argv: readonly string[]): Promise<number> {
  return runTerminologyCommand(argv, () => openSharedDatabase(readConfig(process.env)));
}

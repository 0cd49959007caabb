import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface NestedRun {
  readonly status: number | null;
  readonly output: string;
}

/** Runs the tests below a folder as `npm test -- folder` does, with a database server of their own. */
export function runTestsIn(folder: string): NestedRun {
  const { ATHANOR_TEST_SERVER: _ours, TEST_DATABASE_URL: _shared, JEST_WORKER_ID: _worker, ...env } = process.env;
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const done = spawnSync(process.execPath, [jest, '--runInBand', folder], { cwd: ROOT, env, encoding: 'utf8' });
  return { status: done.status, output: `${done.stdout}${done.stderr}` };
}

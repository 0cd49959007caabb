// `npm run fuzz -- [--requests N] [--seed N]`
import { parseArgs } from 'node:util';
import { buildServer, startOwnServer } from '../bench/own-server.ts';
import { runFuzz } from './run-fuzz.ts';

/** Of the largest process; a garbage-collected heap breathes. */
const MAX_GROWTH = 1.3;

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
buildServer();
// What answers 500 leaves its stack in the log.
const server = await startOwnServer({ env: { LOG_LEVEL: 'error' } });
try {
  const { statuses, problems, memoryEarly, memoryLate } = await runFuzz(
    server,
    Number(values.requests),
    Number(values.seed),
  );
  for (const problem of problems) process.stdout.write(`FAILED ${problem}\n`);
  const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;
  process.stdout.write(
    `${values.requests} requests, ${problems.length} problems; answers by status: ${JSON.stringify(statuses)}; ` +
      `largest process ${megabytes(memoryEarly)} after a fifth, ${megabytes(memoryLate)} at the end\n`,
  );
  const isFlat = memoryLate < memoryEarly * MAX_GROWTH;
  process.exitCode = problems.length === 0 && isFlat ? 0 : 1;
} finally {
  await server.dispose();
}

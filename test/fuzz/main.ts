// `npm run fuzz -- [--requests N] [--seed N]`
import { parseArgs } from 'node:util';
import { buildServer, startOwnServer } from '../bench/own-server.ts';
import { runFuzz } from './run-fuzz.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
buildServer();
const server = await startOwnServer();
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
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await server.dispose();
}

// `npm run reliability:subscriptions -- [--events N]`: the kill test beside it at full length.
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import startDatabase from '../harness/global-setup.ts';
import stopDatabase from '../harness/global-teardown.ts';
import { killRun } from './kill-run.ts';

const { values } = parseArgs({ options: { events: { type: 'string', default: '20000' } } });
const events = Number(values.events);

await startDatabase();
try {
  const report = await killRun({
    events,
    resources: Math.max(10, events / 20),
    workers: 3,
    killEvery: 10_000,
    patience: 3_600_000,
    folder: fileURLToPath(new URL('.', import.meta.url)),
  });
  const { problems, requests, kills, repeated, duration } = report;
  process.exitCode = problems.length === 0 ? 0 : 1;
  process.stdout.write(
    `${problems.length === 0 ? 'ok    ' : 'FAILED'} ${events} events in ${Math.round(duration / 1000)} s: ${requests} requests, ` +
      `${kills} workers killed, ${repeated} events told twice\n`,
  );
  for (const problem of problems.slice(0, 10)) process.stdout.write(`         ${problem}\n`);
} finally {
  await stopDatabase();
}

// `npm run reliability -- [--rounds N] [--seconds N]`: the races and kills of the tests beside it at full length.
import { parseArgs } from 'node:util';
import { buildServer, startOwnServer } from '../bench/own-server.ts';
import { createClient } from './client.ts';
import { raceWriters } from './concurrent-writers.ts';
import { raceConditionalCreates } from './conditional-creates.ts';
import { killRound, VICTIMS, type KillResult } from './kill-rounds.ts';
import { walkPagesDuringWrites } from './stable-pages.ts';

const CALLERS = 100;
const WRITERS = 16;
const RESOURCES = 50;
const PAGED_ROWS = 300;
const MAX_RECOVERY = 5000;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, seconds: { type: 'string', default: '60' } },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

function report(name: string, figures: string, problems: readonly string[]): void {
  if (problems.length > 0) process.exitCode = 1;
  process.stdout.write(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}: ${figures}\n`);
  for (const problem of problems.slice(0, 10)) process.stdout.write(`         ${problem}\n`);
}

buildServer();
let server = await startOwnServer();
try {
  const client = createClient(server.base);
  report('conditional creates', `${CALLERS} at once`, await raceConditionalCreates(client, CALLERS));
  const writers = await raceWriters(client, { writers: WRITERS, resources: RESOURCES, seconds });
  report(
    'writers',
    `${writers.writes} writes by ${WRITERS} writers on ${RESOURCES} resources in ${seconds} s`,
    writers.problems,
  );
  const pages = await walkPagesDuringWrites(client, { rows: PAGED_ROWS, writers: 4, seconds });
  report('pages', `${pages.walks} walks over ${PAGED_ROWS} lasting rows during writes`, pages.problems);
  const results: KillResult[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const victim of VICTIMS) {
      const done = await killRound(server, victim);
      server = done.server;
      results.push(done.result);
    }
  }
  for (const victim of VICTIMS) {
    const own = results.filter((result) => result.victim === victim);
    const recoveries = own.map(({ recovery }) => Math.round(recovery)).sort((a, b) => a - b);
    const slowest = recoveries.at(-1) ?? 0;
    const sum = (pick: (result: KillResult) => number): number =>
      own.reduce((total, result) => total + pick(result), 0);
    const problems = own.flatMap((result) => result.problems);
    if (slowest > MAX_RECOVERY) problems.push(`ready only after ${slowest} ms`);
    report(
      `kill -9 of ${victim}`,
      `${own.length} rounds, ${sum((r) => r.acknowledged)} acknowledged and ${sum((r) => r.unknown)} unanswered writes, ready after ${recoveries[recoveries.length >> 1]} ms (median), ${slowest} ms (most)`,
      problems,
    );
  }
} finally {
  await server.dispose();
}

// `npm run reliability:hl7 -- [--rounds N]`: messages that were acknowledged are applied once, whoever is killed.
import { parseArgs } from 'node:util';
import { buildServer } from '../../../bench/own-server.ts';
import { closeKillSetting, killRound, openKillSetting, VICTIMS, type KillRound } from './kill-run.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    built: { type: 'boolean', default: false },
  },
});

if (!values.built) buildServer();
const setting = await openKillSetting();
const done: KillRound[] = [];
try {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const victim = VICTIMS[round % VICTIMS.length] ?? 'gateway';
    done.push(await killRound(setting, victim));
  }
} finally {
  await closeKillSetting(setting);
}
for (const victim of VICTIMS) {
  const own = done.filter((round) => round.victim === victim);
  const problems = own.flatMap((round) => round.problems);
  if (problems.length > 0) process.exitCode = 1;
  const sum = (pick: (round: KillRound) => number): number => own.reduce((total, round) => total + pick(round), 0);
  const slowest = Math.max(0, ...own.map(({ recovery }) => recovery));
  process.stdout.write(
    `${problems.length === 0 ? 'ok    ' : 'FAILED'} kill -9 of ${victim}: ${own.length} rounds, ${sum((round) => round.acknowledged)} acknowledged ` +
      `messages, ${sum((round) => round.repeats)} repetitions, everything worked on after ${Math.round(slowest)} ms at most\n`,
  );
  for (const problem of problems.slice(0, 10)) process.stdout.write(`         ${problem}\n`);
}

// `node --import tsx test/bench/validation/main.ts`: how many resources one core validates in a second.
import { isObject, parseJson, type JsonObject } from '../../../server/kernel/json.ts';
import { goldenValidator } from '../../golden/validation/golden-validator.ts';
import { benchObservation, benchPatient, benchQuestionnaire } from './resources.ts';

const ROUNDS = 5;
/** Milliseconds of processor time. */
const ROUND = 500;
const COPIES = 50;

const RESOURCES: readonly (readonly [string, JsonObject])[] = [
  ['Patient', benchPatient()],
  ['Observation', benchObservation()],
  ['Questionnaire of 500 items', benchQuestionnaire()],
];

const validator = goldenValidator([]);

async function perSecond(resources: readonly JsonObject[], level: 'structure' | 'full'): Promise<number> {
  const start = process.cpuUsage();
  let count = 0;
  let spent = 0;
  while (spent < ROUND) {
    for (const resource of resources) {
      const issues = validator.validate(resource, { level });
      if (issues instanceof Promise) await issues;
    }
    count += resources.length;
    const { user, system } = process.cpuUsage(start);
    spent = (user + system) / 1000;
  }
  return (count / spent) * 1000;
}

for (const [name, resource] of RESOURCES) {
  const text = JSON.stringify(resource);
  // Parsed as requests are, so that objects have the shapes that they have there.
  const copies = Array.from({ length: COPIES }, () => parseJson(text)).filter(isObject);
  const issues = await validator.validate(resource);
  for (const level of ['structure', 'full'] as const) {
    await perSecond(copies, level);
    const rounds: number[] = [];
    while (rounds.length < ROUNDS) rounds.push(await perSecond(copies, level));
    rounds.sort((a, b) => b - a);
    const [best = 0] = rounds;
    const median = rounds[Math.floor(ROUNDS / 2)] ?? 0;
    const size = `${(text.length / 1000).toFixed(1)} kB, ${issues.length} issues`;
    process.stdout.write(`${name} (${size}), ${level}: ${best.toFixed(0)}/s, median ${median.toFixed(0)}/s\n`);
  }
}

import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { single } from '../../fhir/query.ts';
import { fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { listRuns, type BotRun } from '../stored-runs.ts';
import { DEFINITION, parametersOf } from './parameters.ts';

const DEFAULT_COUNT = 20;
const MOST = 1000;

/** `GET [base]/Library/[id]/$runs`: what became of a bot's runs, with what it logged. */
export const listRunsOperation: Operation = {
  code: 'runs',
  definition: `${DEFINITION}/runs`,
  text:
    'For administrators: the runs of the bot of the Library, the newest first. Takes count (default ' +
    `${DEFAULT_COUNT}, at most ${MOST}) and failed (true: those that failed).`,
  levels: ['instance'],
  types: ['Library'],
  affectsState: false,
  async run(_engine, ctx, { request, id = '' }) {
    const input = primitiveInput(request, ['count', 'failed']);
    const limit = Number(single(input, 'count') ?? DEFAULT_COUNT);
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
      throw fault('operation.badParameter', 400, 'value', `count must be a whole number from 1 to ${MOST}.`);
    }
    const runs = await listRuns(ctx.db, ctx.tenant, id, { limit, isFailed: single(input, 'failed') === 'true' });
    return parametersOf(runs.map((run) => ({ name: 'run', part: partsOf(run) })));
  },
};

function partsOf({
  id,
  version,
  trigger,
  event,
  outcome,
  started,
  duration,
  cpu,
  hostCalls,
  log,
  error,
}: BotRun): JsonObject[] {
  return [
    { name: 'id', valueString: id },
    { name: 'version', valueInteger: version },
    { name: 'trigger', valueString: trigger },
    ...(event === undefined ? [] : [{ name: 'event', valueString: event }]),
    { name: 'outcome', valueString: outcome },
    ...(error === undefined ? [] : [{ name: 'error', valueString: error }]),
    { name: 'started', valueInstant: new Date(started).toISOString() },
    { name: 'duration', valueInteger: duration },
    { name: 'cpu', valueInteger: cpu },
    { name: 'host-calls', valueInteger: hostCalls },
    ...log.filter(({ text }) => text !== '').map(({ level, text }) => ({ name: level, valueString: text })),
  ];
}

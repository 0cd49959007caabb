import { Fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { objectsAt } from '../resource/elements.ts';
import { outcomeJson } from './outcome-json.ts';
import { resourcesOf, type Parameters } from './parameters.ts';

/** Parameters of the batch that do not go to each validation. */
const OF_THE_BATCH: ReadonlySet<string> = new Set(['validation', 'tx-resource']);

/** Several validations in one request; what is said once holds for all that do not say it themselves. */
export async function batchValidate(
  parameters: Parameters,
  validate: (parameters: Parameters) => Promise<JsonObject>,
): Promise<JsonObject> {
  const shared = parameters.filter(({ name }) => typeof name !== 'string' || !OF_THE_BATCH.has(name));
  const answers = resourcesOf(parameters, 'validation').map(async (validation): Promise<JsonObject> => {
    const own = objectsAt(validation, 'parameter');
    const names = new Set(own.map(({ name }) => name));
    const merged = [...own, ...shared.filter(({ name }) => !names.has(name))];
    return { name: 'validation', resource: await answer(merged) };
  });
  return { resourceType: 'Parameters', parameter: await Promise.all(answers) };

  async function answer(merged: Parameters): Promise<JsonObject> {
    try {
      return await validate(merged);
    } catch (error) {
      if (error instanceof Fault) return outcomeJson(error.issues);
      throw error;
    }
  }
}

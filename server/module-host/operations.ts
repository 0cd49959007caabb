import { visibleResource } from '../fhir/interactions/visible.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import { RegistryError } from '../registry/registry-error.ts';
import type { ModuleOperation } from '../sdk/operation.ts';
import { operationAnswer } from './operation-answer.ts';
import { operationContext, type ModuleHost } from './operation-context.ts';
import { readInput } from './operation-input.ts';

export interface ContributedOperation {
  /** Name of the module. */
  readonly module: string;
  readonly operation: ModuleOperation;
}

const MAX_ID = 64;

/**
 * Operations of modules as the router runs them: input read and checked by what they declare, an instance looked up as
 * the caller may see it, the answer as declared.
 * @param existing the server's own
 * @param baseUrl below which clients find the OperationDefinitions
 * @throws RegistryError when one is declared wrongly, or is there already
 */
export function moduleOperations(
  contributed: readonly ContributedOperation[],
  existing: readonly Operation[],
  baseUrl: string,
  host: ModuleHost,
): readonly Operation[] {
  return contributed.map(({ module, operation }) => {
    const { code, title, text, levels, types, affectsState, input, output } = operation;
    const id = `${module}-${code}`;
    if (id.length > MAX_ID)
      throw new RegistryError([`$${code} of module ${module}: the two names together are too long`]);
    if (types === undefined && levels.some((level) => level !== 'system')) {
      throw new RegistryError([`$${code} of module ${module} must name the types that it is called on`]);
    }
    const own = existing.find((known) => known.code === code && overlaps(known, operation));
    if (own !== undefined)
      throw new RegistryError([`$${code} of module ${module} is an operation of the server already`]);
    return {
      code,
      definition: `${baseUrl}/OperationDefinition/${id}`,
      text,
      levels,
      ...(types === undefined ? {} : { types }),
      affectsState,
      signature: { id, title, input, output },
      isEnabled: (tenant) => host.isEnabled(tenant, module),
      async run(engine, ctx, { request, type, id: instance }) {
        if (type !== undefined && instance !== undefined)
          await visibleResource(engine, ctx, `$${code}`, type, instance);
        const read = await readInput(engine, request, input);
        const call = { type: type as ModuleCallType, id: instance, input: read };
        return operationAnswer(await operation.run(operationContext(engine, ctx, host, module), call), output);
      },
    };
  });
}

type ModuleCallType = Parameters<ModuleOperation['run']>[1]['type'];

function overlaps(a: Pick<Operation, 'levels' | 'types'>, b: Pick<Operation, 'levels' | 'types'>): boolean {
  return a.levels.some(
    (level) =>
      b.levels.includes(level) &&
      (level === 'system' || a.types === undefined || a.types.some((type) => b.types?.includes(type) ?? true)),
  );
}

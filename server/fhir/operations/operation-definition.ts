import type { JsonObject } from '../../kernel/json.ts';
import type { ParameterDefinition, ParameterDefinitions } from '../../sdk/operation.ts';
import type { Operation } from './operation.ts';

/**
 * The OperationDefinition of an operation whose parameters are declared; undefined when no such operation has the id.
 * https://hl7.org/fhir/R4/operationdefinition.html
 */
export function generatedDefinition(operations: readonly Operation[], id: string): JsonObject | undefined {
  const operation = operations.find(({ signature }) => signature?.id === id);
  if (operation?.signature === undefined) return undefined;
  const { code, definition, text, levels, types, affectsState, signature } = operation;
  return {
    resourceType: 'OperationDefinition',
    id,
    url: definition,
    name: nameOf(id),
    title: signature.title,
    status: 'active',
    kind: 'operation',
    description: text,
    affectsState,
    code,
    ...(types === undefined ? {} : { resource: [...types] }),
    system: levels.includes('system'),
    type: levels.includes('type'),
    instance: levels.includes('instance'),
    parameter: [...parametersOf('in', signature.input), ...parametersOf('out', signature.output)],
  };
}

/** What an operation takes, for people: Markdown. */
export function describedInput(input: ParameterDefinitions): string {
  return Object.entries(input)
    .map(([name, { type, min, max, ...rest }]) => {
      const often = `${min === 1 ? 'required' : 'optional'}${max === '*' ? ', repeats' : ''}`;
      return `- ${name} (${type}, ${often}): ${documentation(rest)}`;
    })
    .join('\n');
}

function parametersOf(use: 'in' | 'out', declared: ParameterDefinitions): JsonObject[] {
  return Object.entries(declared).map(([name, definition]) => ({
    name,
    use,
    min: definition.min ?? 0,
    max: definition.max ?? '1',
    documentation: documentation(definition),
    type: definition.type,
  }));
}

export function documentation({ text, oneOf }: Pick<ParameterDefinition, 'text' | 'oneOf'>): string {
  return oneOf === undefined ? text : `${text} One of: ${oneOf.join(', ')}.`;
}

/** A name for programs: `SupplyReceive` of `supply-receive`. */
function nameOf(id: string): string {
  return id
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

import { generateSnapshot } from '../../definitions/snapshot/generate-snapshot.ts';
import { structureSource } from '../../definitions/snapshot/structure-source.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { isObject, stringifyJson, type JsonObject } from '../../kernel/json.ts';
import type { Ctx, Engine } from '../engine.ts';
import { visibleResource } from '../interactions/visible.ts';
import { single } from '../query.ts';
import type { FhirRequest } from '../request.ts';
import { bodyParameters, primitiveInput } from './input.ts';
import type { Operation, OperationCall } from './operation.ts';

const TYPE = 'StructureDefinition';

/**
 * A StructureDefinition with its snapshot, generated anew; nothing is stored. The structure is the instance, one in the
 * parameter `definition`, or the one that `url` names.
 * https://hl7.org/fhir/R4/structuredefinition-operation-snapshot.html
 */
export const snapshot: Operation = {
  code: 'snapshot',
  definition: 'http://hl7.org/fhir/OperationDefinition/StructureDefinition-snapshot',
  text: 'A StructureDefinition with a snapshot generated from its differential. Takes definition or url.',
  levels: ['type', 'instance'],
  types: [TYPE],
  affectsState: false,
  async run(engine, ctx, call) {
    const structure = await structureOf(engine, ctx, call);
    const result = generateSnapshot(structure, structureSource(engine.canonicals));
    if ('issues' in result) throw new Fault('snapshot.notPossible', 422, result.issues);
    return { status: 200, headers: {}, text: stringifyJson({ ...structure, snapshot: result.snapshot }) };
  },
};

async function structureOf(engine: Engine, ctx: Ctx, { request, id }: OperationCall): Promise<JsonObject> {
  const definition = id === undefined ? definitionIn(request) : undefined;
  if (definition !== undefined) return definition;
  const url = single(primitiveInput(request, id === undefined ? ['url'] : []), 'url');
  if (id !== undefined) return visibleResource(engine, ctx, '$snapshot', TYPE, id);
  if (url === undefined) {
    throw fault(
      'snapshot.noStructure',
      400,
      'required',
      '$snapshot needs a StructureDefinition in the parameter "definition", or its canonical in "url".',
    );
  }
  const found = structureSource(engine.canonicals)(url);
  if (found !== undefined) return found;
  const text = `No StructureDefinition "${url.slice(0, 200)}" is known here. Send it as the parameter "definition".`;
  throw fault('snapshot.unknownStructure', 404, 'not-found', text);
}

/** The parameter `definition`, when the body has it. */
function definitionIn(request: FhirRequest): JsonObject | undefined {
  const parameters = bodyParameters(request);
  const [parameter, ...others] = parameters.filter(({ name }) => name === 'definition');
  if (parameter === undefined) return undefined;
  const { resource } = parameter;
  if (isObject(resource) && resource.resourceType === TYPE && others.length === 0 && parameters.length === 1) {
    return resource;
  }
  const text = 'The parameter "definition" holds one StructureDefinition and stands alone.';
  throw fault('snapshot.badDefinition', 400, 'structure', text, 'Parameters.parameter');
}

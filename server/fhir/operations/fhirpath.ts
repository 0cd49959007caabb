import type { Definitions } from '../../definitions/definitions.ts';
import { compileExpression } from '../../fhirpath/compile.ts';
import { FhirpathCostError, FhirpathError, type FhirpathHost } from '../../fhirpath/model/env.ts';
import { resourceItem, type Items } from '../../fhirpath/model/item.ts';
import { pathOf } from '../../fhirpath/model/path-of.ts';
import { FhirpathSyntaxError } from '../../fhirpath/syntax/expression.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { stringifyJson, type JsonObject } from '../../kernel/json.ts';
import type { Ctx, Engine } from '../engine.ts';
import { visibleResource } from '../interactions/visible.ts';
import { readFhirpathInput, type FhirpathInput } from './fhirpath-input.ts';
import { itemPart } from './fhirpath-part.ts';
import type { Operation, OperationCall } from './operation.ts';

/** Values in an answer, those of traces included. */
const MAX_VALUES = 1000;

/**
 * Evaluates FHIRPath for developers, as the tools of the community call it: https://github.com/brianpos/fhirpath-lab
 * Each value of `context` (or the resource) gives a parameter `result`, with a part per value, named by its type.
 */
export const fhirpath: Operation = {
  code: 'fhirpath',
  definition: 'https://athanor.health/fhir/OperationDefinition/fhirpath',
  text:
    'Evaluates a FHIRPath expression on a stored or given resource. Takes expression, context, variables (a part each) and ' +
    'resource (a resource, or JSON as valueString).',
  levels: ['system', 'type', 'instance'],
  affectsState: false,
  async run(engine, ctx, call) {
    const input = readFhirpathInput(call);
    const resource = await resourceOf(engine, ctx, call, input);
    const results = evaluate(input, resource, engine.definitions, ctx.now());
    const parameter = [header(input, resource, engine.settings.version), ...results];
    return { status: 200, headers: {}, text: stringifyJson({ resourceType: 'Parameters', id: 'fhirpath', parameter }) };
  },
};

async function resourceOf(
  engine: Engine,
  ctx: Ctx,
  { type, id }: OperationCall,
  { resource }: FhirpathInput,
): Promise<JsonObject | undefined> {
  if (type !== undefined && resource !== undefined && resource.resourceType !== type) {
    throw fault('rest.wrongType', 400, 'invalid', `The resource must be of type ${type}, as in the URL.`, 'resource');
  }
  if (type === undefined || id === undefined || resource !== undefined) return resource;
  return visibleResource(engine, ctx, '$fhirpath', type, id);
}

function header({ expression, context }: FhirpathInput, resource: JsonObject | undefined, version: string): JsonObject {
  return {
    name: 'parameters',
    part: [
      { name: 'evaluator', valueString: `Athanor ${version} (R4)` },
      { name: 'expression', valueString: expression },
      ...(context === undefined ? [] : [{ name: 'context', valueString: context }]),
      ...(resource === undefined ? [] : [{ name: 'resource', resource }]),
    ],
  };
}

/** @throws Fault 400 with line and column for what is no FHIRPath, 422 where it does not fit the resource */
function evaluate(
  { expression, context, variables }: FhirpathInput,
  resource: JsonObject | undefined,
  definitions: Definitions,
  now: number,
): JsonObject[] {
  const root = resource === undefined ? undefined : resourceItem(resource);
  const roots = root === undefined ? [] : [root];
  const known = { resource: root, variables, now };
  try {
    const type = root === undefined ? {} : { contextType: root.type };
    const select = compileExpression(expression, definitions, context === undefined ? type : {});
    const contexts: readonly Items[] =
      context === undefined
        ? [roots]
        : compileExpression(context, definitions, type)({ ...known, context: roots }).map((item) => [item]);
    let left = MAX_VALUES;
    const partsOf = (items: Items): JsonObject[] => {
      left -= items.length;
      if (left < 0) throw tooMany();
      return items.map((item) => itemPart(item, definitions));
    };
    return contexts.map((items) => {
      const traces: JsonObject[] = [];
      const host = hostOf((name, traced) => {
        // Counted even without values: a trace in a loop is many.
        left -= 1;
        traces.push({ name: 'trace', valueString: name, ...withParts(partsOf(traced)) });
      });
      const found = partsOf(select({ ...known, context: items, host }));
      const path = items[0] === undefined ? undefined : pathOf(items[0], definitions);
      const place = path === undefined ? {} : { valueString: path };
      return { name: 'result', ...place, ...withParts([...traces, ...found]) };
    });
  } catch (error) {
    throw asFault(error);
  }
}

/** FHIR has no empty arrays. */
function withParts(part: JsonObject[]): JsonObject {
  return part.length === 0 ? {} : { part };
}

function hostOf(trace: NonNullable<FhirpathHost['trace']>): FhirpathHost {
  return {
    trace,
    memberOf() {
      throw new FhirpathError(
        'memberOf() asks terminology, which this operation does not; use ValueSet/$validate-code',
      );
    },
  };
}

function tooMany(): Error {
  const text = `The expression gives more than ${MAX_VALUES} values; narrow it, for example with take(10).`;
  return fault('fhirpath.tooMany', 400, 'too-costly', text, 'expression');
}

function asFault(error: unknown): unknown {
  if (error instanceof FhirpathSyntaxError) {
    const { line, column } = error;
    const text = `${error.reason} (line ${line}, column ${column}).`;
    return new Fault('fhirpath.malformed', 400, [
      { severity: 'error', code: 'invalid', text, expression: ['expression'], line, column },
    ]);
  }
  if (error instanceof FhirpathCostError)
    return fault('fhirpath.tooCostly', 400, 'too-costly', `${error.message}.`, 'expression');
  if (error instanceof FhirpathError)
    return fault('fhirpath.failed', 422, 'processing', `${error.message}.`, 'expression');
  return error;
}

import type { Engine } from '../fhir/engine.ts';
import { bodyParameters } from '../fhir/operations/input.ts';
import { readQuery } from '../fhir/query.ts';
import type { FhirRequest } from '../fhir/request.ts';
import { Fault, type Issue, type IssueType } from '../kernel/fault.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import type { Input, ParameterDefinition, ParameterDefinitions } from '../sdk/operation.ts';
import { parameterOfText, refusedValue, valueOf } from './parameter-value.ts';

/** A parameter as it came, with where it stands. */
interface Given {
  readonly parameter: JsonObject;
  readonly expression: string;
}

/**
 * The input of a module's operation or report, out of the Parameters in the body and the query of the URL alike, checked
 * against what is declared. An operation with one resource takes that as its whole body too.
 * https://hl7.org/fhir/R4/operations.html#request
 * @param besides parameters of the URL that are somebody else's
 * @throws Fault 400 with all that is wrong
 */
export async function readInput<P extends ParameterDefinitions>(
  engine: Engine,
  request: FhirRequest,
  declared: P,
  besides: readonly string[] = [],
): Promise<Input<P>> {
  const issues: Issue[] = [];
  const given = [...fromQuery(request, declared, besides, issues), ...fromBody(request, declared)];
  const values = valuesOf(given, declared, issues);
  // Values of the wrong kind are told once: validation would tell them again.
  if (issues.length === 0) issues.push(...(await malformed(engine, given)));
  if (issues.length > 0) throw new Fault('operation.badInput', 400, issues);
  const input = Object.entries(declared).map(([name, { max }]) => {
    const all = values.get(name) ?? [];
    return [name, max === '*' ? all : all[0]] as const;
  });
  return Object.fromEntries(input) as Input<P>;
}

function fromQuery(
  request: FhirRequest,
  declared: ParameterDefinitions,
  besides: readonly string[],
  issues: Issue[],
): readonly Given[] {
  const given: Given[] = [];
  for (const [name, texts] of readQuery(request, [...Object.keys(declared), ...besides])) {
    const definition = definitionOf(declared, name);
    if (definition === undefined) continue;
    const expression = `http.${name}`;
    for (const text of texts) {
      const parameter = parameterOfText(name, definition, text);
      if (typeof parameter === 'string') issues.push(issue('value', parameter, expression));
      else given.push({ parameter, expression });
    }
  }
  return given;
}

function fromBody(request: FhirRequest, declared: ParameterDefinitions): readonly Given[] {
  const { body } = request;
  const resources = Object.entries(declared).filter(([, { type }]) => type === 'Resource');
  const [only] = resources;
  if (only !== undefined && resources.length === 1 && isObject(body) && body.resourceType !== 'Parameters') {
    return [{ parameter: { name: only[0], resource: body }, expression: String(body.resourceType) }];
  }
  return bodyParameters(request).map((parameter, index) => ({
    parameter,
    expression: `Parameters.parameter[${index}]`,
  }));
}

/** By name; what is unknown, twice, missing or of another type goes to the issues. */
function valuesOf(
  given: readonly Given[],
  declared: ParameterDefinitions,
  issues: Issue[],
): ReadonlyMap<string, readonly unknown[]> {
  const values = new Map<string, unknown[]>();
  const named = new Set<string>();
  for (const { parameter, expression } of given) {
    const name = typeof parameter.name === 'string' ? parameter.name : '';
    const definition = definitionOf(declared, name);
    if (definition === undefined) {
      const names = Object.keys(declared);
      const known = names.length === 0 ? 'It takes no parameters.' : `It takes ${names.join(', ')}.`;
      issues.push(issue('not-supported', `There is no parameter "${name.slice(0, 64)}". ${known}`, expression));
      continue;
    }
    named.add(name);
    const found = valueOf(name, definition, parameter);
    if (typeof found === 'string') {
      issues.push(issue('value', found, expression));
      continue;
    }
    const all = values.get(name) ?? [];
    if (all.length === 1 && definition.max !== '*')
      issues.push(issue('value', `${name} may be given once.`, expression));
    issues.push(...refusedValue(name, definition, found.value, expression));
    values.set(name, [...all, found.value]);
  }
  for (const [name, { min, text }] of Object.entries(declared)) {
    if (min !== 1 || named.has(name)) continue;
    issues.push(issue('required', `${name} is missing: ${text}`, `Parameters.parameter.where(name = '${name}')`));
  }
  return values;
}

/** What is wrong inside of the values, by the definitions of their types. */
async function malformed(engine: Engine, given: readonly Given[]): Promise<readonly Issue[]> {
  if (given.length === 0) return [];
  const resource = { resourceType: 'Parameters', parameter: given.map(({ parameter }) => parameter) };
  const issues = await engine.validate(resource, 'structure');
  return issues
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map((each) => ({ ...each, expression: (each.expression ?? []).map((path) => placed(path, given)) }));
}

/** From a path in the Parameters that was validated to one in what was sent. */
function placed(path: string, given: readonly Given[]): string {
  const [, index = '', rest = ''] = /^Parameters\.parameter\[(\d+)\](.*)$/.exec(path) ?? [];
  const place = given[Number(index)]?.expression;
  if (index === '' || place === undefined) return path;
  return place.startsWith('Parameters.') ? place + rest : place + rest.replace(/^\.(?:value|resource)\b/, '');
}

/** Names come from outside: those of Object.prototype are none. */
function definitionOf(declared: ParameterDefinitions, name: string): ParameterDefinition | undefined {
  return Object.hasOwn(declared, name) ? declared[name] : undefined;
}

function issue(code: IssueType, text: string, expression: string): Issue {
  return { severity: 'error', code, text, expression: [expression] };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Definitions } from '../../../server/definitions/definitions.ts';
import { loadDefinitions } from '../../../server/definitions/load.ts';
import { compileExpression } from '../../../server/fhirpath/compile.ts';
import { resourceItem, type Item } from '../../../server/fhirpath/model/item.ts';
import { operandOf } from '../../../server/fhirpath/value/operand.ts';
import { readXml } from '../../../server/formats/read-xml.ts';
import { compareDecimals } from '../../../server/kernel/decimal.ts';
import { isObject, parseJson, type JsonObject } from '../../../server/kernel/json.ts';
import type { SuiteResult } from '../suite-result.ts';
import { readCases, type FhirpathCase, type Output } from './read-cases.ts';

/**
 * HL7's FHIRPath suite for R4.
 * @param folder holds `tests-fhir-r4.xml`, and in `r4/` the resources that it names
 */
export function runFhirpathCases(folder: string): SuiteResult {
  const definitions = loadDefinitions();
  const cases = readCases(readFileSync(join(folder, 'tests-fhir-r4.xml'), 'utf8'));
  // Some cases compute without a resource.
  const inputs = new Map<string, JsonObject | undefined>([['', undefined]]);
  const groups = new Map<string, [cases: number, agreed: number]>();
  const differences: string[] = [];
  for (const one of cases) {
    if (!inputs.has(one.input)) inputs.set(one.input, readInput(join(folder, 'r4', one.input), definitions));
    const found = run(one, inputs.get(one.input), definitions);
    const isRight = typeof found === 'string' ? one.isInvalid : !one.isInvalid && isExpected(one, found);
    const [count, agreed] = groups.get(one.group) ?? [0, 0];
    groups.set(one.group, [count + 1, agreed + Number(isRight)]);
    if (!isRight) differences.push(differenceText(one, found));
  }
  return {
    name: 'FHIRPath R4',
    cases: cases.length,
    agreed: cases.length - differences.length,
    goal: 0.97,
    differences,
    parts: [...groups].map(([group, [count, agreed]]) => [group, count, agreed]),
  };
}

function differenceText(
  { name, expression, isInvalid, outputs }: FhirpathCase,
  found: readonly Item[] | string,
): string {
  const expected = isInvalid ? 'an error' : JSON.stringify(outputs);
  const shown = typeof found === 'string' ? found : JSON.stringify(found.map(({ type, value }) => ({ type, value })));
  return `${name}: ${expression.replace(/\s+/g, ' ').trim()} gives ${shown}, expected is ${expected}`;
}

function readInput(file: string, definitions: Definitions): JsonObject {
  if (file.endsWith('.xml')) return readXml(readFileSync(file, 'utf8'), definitions);
  const resource = parseJson(readFileSync(file, 'utf8'));
  if (!isObject(resource)) throw new Error(`${file} holds no resource`);
  return resource;
}

/** The result, or the message of the error that it ended with. */
function run(
  { expression }: FhirpathCase,
  resource: JsonObject | undefined,
  definitions: Definitions,
): readonly Item[] | string {
  const item = resource === undefined ? undefined : resourceItem(resource);
  try {
    const evaluate = compileExpression(expression, definitions, item === undefined ? {} : { contextType: item.type });
    return evaluate({ context: item === undefined ? [] : [item], resource: item });
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('Fhirpath')) return error.message;
    throw error;
  }
}

function isExpected({ outputs, isPredicate, isOrdered }: FhirpathCase, found: readonly Item[]): boolean {
  if (isPredicate) return outputs[0]?.text === String(found.length > 0 && found[0]?.value !== false);
  if (outputs.length !== found.length) return false;
  if (isOrdered) return outputs.every((output, index) => isOutput(output, found[index]));
  const open = [...found];
  return outputs.every((output) => {
    const index = open.findIndex((item) => isOutput(output, item));
    if (index !== -1) open.splice(index, 1);
    return index !== -1;
  });
}

function isOutput({ type, text }: Output, item: Item | undefined): boolean {
  if (item === undefined) return false;
  const plain = item.type.replace('System.', '').toLowerCase();
  if (type !== undefined && plain !== type.toLowerCase()) return false;
  const operand = operandOf(item);
  const wanted = text.replace(/^@T?/, '');
  switch (operand.kind) {
    case 'decimal':
      return compareDecimals(operand.value, wanted) === 0;
    case 'quantity':
      return `${operand.value.value} '${operand.value.unit}'` === text;
    case 'temporal':
      return operand.text === wanted;
    case 'malformed':
    case 'other':
      return false;
    default:
      return String(operand.value) === text;
  }
}

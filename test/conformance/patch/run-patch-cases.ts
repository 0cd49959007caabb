import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadDefinitions } from '../../../server/definitions/load.ts';
import { applyPatch } from '../../../server/fhir/patch/apply-patch.ts';
import { readXml } from '../../../server/formats/read-xml.ts';
import { Fault } from '../../../server/kernel/fault.ts';
import { cloneJson, isObject, type JsonObject } from '../../../server/kernel/json.ts';
import type { SuiteResult } from '../suite-result.ts';

const definitions = loadDefinitions();

interface PatchCase {
  readonly name: string;
  readonly input: JsonObject;
  readonly patch: JsonObject;
  /** Undefined when the patch must be refused. */
  readonly output: JsonObject | undefined;
}

/** The public FHIRPath Patch cases. @param folder holds `fhir-patch-tests.xml` */
export function runPatchCases(folder: string): SuiteResult {
  const cases = readCases(join(folder, 'fhir-patch-tests.xml'));
  const differences = cases.filter((patchCase) => !agrees(patchCase)).map(({ name }) => name);
  return {
    name: 'FHIRPath Patch',
    cases: cases.length,
    agreed: cases.length - differences.length,
    goal: 1,
    differences,
    parts: [],
  };
}

function agrees({ input, patch, output }: PatchCase): boolean {
  try {
    const patched = applyPatch(input, { contentType: 'application/fhir+xml', body: patch }, definitions);
    return output !== undefined && isDeepStrictEqual(comparable(patched), comparable(output));
  } catch (error) {
    return output === undefined && error instanceof Fault && error.code === 'patch.unfit';
  }
}

function readCases(file: string): PatchCase[] {
  return readFileSync(file, 'utf8')
    .split('<case ')
    .slice(1)
    .map((text) => ({
      name: /name="([^"]*)"/.exec(text)?.[1] ?? '',
      input: resourceIn(text, 'input') ?? {},
      patch: resourceIn(text, 'diff') ?? {},
      output: resourceIn(text, 'output'),
    }));
}

function resourceIn(text: string, tag: string): JsonObject | undefined {
  const xml = new RegExp(`<${tag}>([\\s\\S]*)</${tag}>`).exec(text)?.[1];
  return xml === undefined ? undefined : readXml(xml.trim(), definitions);
}

/** The suite writes the same narrative with and without escaped quotes, and with the line ends of its file. */
function comparable(resource: JsonObject): JsonObject {
  const copy = cloneJson(resource);
  if (isObject(copy.text) && typeof copy.text.div === 'string')
    copy.text.div = copy.text.div.replaceAll('&quot;', '"').replaceAll('\r\n', '\n');
  return copy;
}

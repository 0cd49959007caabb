import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDefinitions } from '../../definitions/load.ts';
import { readXml } from '../../formats/read-xml.ts';
import { cloneJson, isObject, type JsonObject } from '../../kernel/json.ts';
import { applyPatch } from './apply-patch.ts';

const FILE = join(__dirname, '../../../../shared/data/conformance/patch/fhir-patch-tests.xml');
const definitions = loadDefinitions();

interface PatchCase {
  readonly name: string;
  readonly input: JsonObject;
  readonly patch: JsonObject;
  /** Undefined when the patch must be refused. */
  readonly output: JsonObject | undefined;
}

function readCases(): PatchCase[] {
  return readFileSync(FILE, 'utf8')
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

if (!existsSync(FILE)) {
  test.skip('the public FHIRPath Patch cases are not there: ../shared/data/conformance/patch', () => undefined);
} else {
  test.each(readCases().map((patchCase) => [patchCase.name, patchCase] as const))(
    '%s',
    (_name, { input, patch, output }) => {
      const apply = (): JsonObject =>
        applyPatch(input, { contentType: 'application/fhir+xml', body: patch }, definitions);
      if (output === undefined) expect(apply).toThrow('patch.unfit');
      else expect(comparable(apply())).toEqual(comparable(output));
    },
  );
}

import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystem, Concept, Designation } from '../code-system.ts';
import { canonicalOf, textAt, withValue } from '../resource/elements.ts';
import { ofKind, unknownSystemText } from './issues.ts';
import { shownDisplay } from './languages.ts';
import { objectOf, textOf, textsOf, type Parameters } from './parameters.ts';
import { findSystem, heldVersions, noteSystem, type Scope } from './scope.ts';
import { wantedVersion } from './version-rules.ts';

const PREFERRED = {
  system: 'http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra',
  code: 'preferredForLanguage',
  display: 'Preferred For Language',
};
/** Names that `property` may have besides those of the system: what the answer tells in parameters of its own. */
const ANSWER_PARTS: ReadonlySet<string> = new Set(['system', 'name', 'version', 'display', 'definition']);

/** @throws Fault 404 for a code system that is not held */
export async function systemOrFault(
  scope: Scope,
  url: string,
  stated: string | undefined,
  purpose: string,
): Promise<CodeSystem> {
  const { version } = wantedVersion(scope.systemVersions, url, stated);
  const system = await findSystem(scope, url, version);
  if (system === undefined) {
    const text = unknownSystemText(url, version, await heldVersions(scope, url), purpose);
    throw fault('terminology.codeSystem', 404, 'not-found', text, undefined, ofKind('not-found'));
  }
  noteSystem(scope, system);
  return system;
}

export async function conceptOrFault(system: CodeSystem, code: string): Promise<Concept> {
  const concept = (await system.find([code])).get(code);
  if (concept !== undefined) return concept;
  const version = system.version === undefined ? '' : ` version '${system.version}'`;
  const text = `Unknown code '${code}' in the CodeSystem '${system.url}'${version}`;
  throw fault('terminology.code', 404, 'not-found', text, undefined, ofKind('invalid-code'));
}

/**
 * What a code system knows about a code. https://hl7.org/fhir/R4/codesystem-operation-lookup.html
 * @param instance the code system of the request's address
 */
export async function lookup(scope: Scope, parameters: Parameters, instance?: JsonObject): Promise<JsonObject> {
  const coding = objectOf(parameters, 'coding');
  const code = textOf(parameters, 'code') ?? textAt(coding, 'code');
  const url = textOf(parameters, 'system') ?? textAt(coding, 'system') ?? textAt(instance, 'url');
  if (code === undefined || url === undefined) {
    throw fault('terminology.parameter', 400, 'required', 'A code is needed: code and system, or coding');
  }
  const stated = textOf(parameters, 'version') ?? textAt(coding, 'version') ?? textAt(instance, 'version');
  const system = await systemOrFault(scope, url, stated, 'code cannot be looked up');
  const concept = await conceptOrFault(system, code);
  const asked = new Set(textsOf(parameters, 'property'));
  const wants = (name: string): boolean => asked.size === 0 || asked.has('*') || asked.has(name);
  const { display } = shownDisplay(system, concept, scope.languages);
  const result: JsonObject[] = [
    { name: 'name', valueString: textAt(system.header, 'name') ?? textAt(system.header, 'title') ?? system.url },
    { name: 'code', valueCode: concept.code },
    { name: 'system', valueUri: system.url },
    { name: 'abstract', valueBoolean: concept.isAbstract },
  ];
  if (system.version !== undefined) result.push({ name: 'version', valueString: system.version });
  // The operation requires a display; a code without one is its own.
  result.push({ name: 'display', valueString: display ?? concept.display ?? concept.code });
  if (concept.definition !== undefined) result.push({ name: 'definition', valueString: concept.definition });
  result.push(...designationParameters(system, concept));
  result.push(...(await propertyParameters(system, concept, wants)));
  for (const canonical of scope.usage.supplements) result.push({ name: 'used-supplement', valueCanonical: canonical });
  refuseUnknown(system, concept, asked);
  return { resourceType: 'Parameters', parameter: result };
}

function designationParameters(system: CodeSystem, concept: Concept): readonly JsonObject[] {
  const language = textAt(system.header, 'language');
  const own: Designation[] =
    concept.display === undefined
      ? []
      : [{ value: concept.display, use: PREFERRED, ...(language === undefined ? {} : { language }) }];
  return [...own, ...concept.designations].map((designation) => ({
    name: 'designation',
    part: [
      ...(designation.language === undefined ? [] : [{ name: 'language', valueCode: designation.language }]),
      ...(designation.use === undefined ? [] : [{ name: 'use', valueCoding: designation.use }]),
      ...(designation.source === undefined ? [] : [{ name: 'source', valueCanonical: designation.source }]),
      { name: 'value', valueString: designation.value },
    ],
  }));
}

async function propertyParameters(
  system: CodeSystem,
  concept: Concept,
  wants: (name: string) => boolean,
): Promise<readonly JsonObject[]> {
  const result: JsonObject[] = [];
  if (wants('inactive')) result.push(property('inactive', { valueBoolean: concept.isInactive }));
  for (const relation of ['parent', 'child'] as const) {
    if (!wants(relation)) continue;
    const codes = await (relation === 'parent' ? system.parents(concept.code) : system.children(concept.code));
    const found = await system.find(codes);
    for (const code of codes) result.push(property(relation, { valueCode: code }, found.get(code)?.display));
  }
  const told: ReadonlySet<string> = new Set(['inactive', 'parent', 'child']);
  for (const { code, type, value, digits } of concept.properties) {
    if (wants(code) && !told.has(code)) result.push(property(code, withValue(type, value, digits)));
  }
  return result;
}

function property(code: string, value: JsonObject, description?: string): JsonObject {
  return {
    name: 'property',
    part: [
      { name: 'code', valueCode: code },
      ...(description === undefined ? [] : [{ name: 'description', valueString: description }]),
      { name: 'value', ...value },
    ],
  };
}

const KNOWN = ['*', 'inactive', 'parent', 'child', 'designation', 'lang.x'];

/** A property that neither the system declares nor the concept has is a mistake of the client. */
function refuseUnknown(system: CodeSystem, concept: Concept, asked: ReadonlySet<string>): void {
  const { property: declared } = system.header;
  const codes = Array.isArray(declared)
    ? declared.flatMap((each) => (typeof each === 'object' && each !== null && 'code' in each ? [each.code] : []))
    : [];
  const names = new Set<unknown>([...KNOWN, ...ANSWER_PARTS, ...codes, ...concept.properties.map(({ code }) => code)]);
  const unknown = [...asked].find((name) => !names.has(name) && !name.startsWith('lang.'));
  if (unknown === undefined) return;
  const text = `The code system ${canonicalOf(system.url, system.version)} has no property '${unknown}'; it has ${[...names].join(', ')}`;
  throw fault('terminology.parameter', 400, 'not-supported', text);
}

import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { canonicalOf, objectsAt, splitCanonical, textAt } from '../resource/elements.ts';
import { flagOf, objectOf, textOf, type Parameters } from '../service/parameters.ts';

export interface GivenCoding {
  readonly system: string;
  readonly code: string;
}

export interface TranslateRequest {
  readonly codings: readonly GivenCoding[];
  /** The given codes are those on the target side of maps. */
  readonly isReverse: boolean;
  /** Asked with the names of R5: then the answer is told with them too. */
  readonly isR5: boolean;
  /** Canonical of the one map to use. */
  readonly map: string | undefined;
  /** Value set from which the given code is. */
  readonly givenScope: string | undefined;
  /** Value set into which it shall be translated. */
  readonly wantedScope: string | undefined;
  readonly wantedSystem: string | undefined;
  /** Values that mappings may depend on, by the uri of their element. */
  readonly dependencies: ReadonlyMap<string, readonly JsonObject[]>;
}

const MOST_CODINGS = 100;
const R5_FORWARD: ReadonlySet<string> = new Set(['sourceCode', 'sourceCoding', 'sourceCodeableConcept']);
const R5_REVERSE: ReadonlySet<string> = new Set(['targetCode', 'targetCoding', 'targetCodeableConcept']);

/**
 * Reads `$translate` in the names of R4 or R5: https://hl7.org/fhir/R4/conceptmap-operation-translate.html,
 * https://hl7.org/fhir/R5/conceptmap-operation-translate.html
 * @throws Fault 400 when not exactly one code, Coding or CodeableConcept with its system is given
 */
export function translateRequest(parameters: Parameters): TranslateRequest {
  const text = (name: string): string | undefined => textOf(parameters, name);
  const isReverseR5 = parameters.some(({ name }) => R5_REVERSE.has(String(name)));
  const isR5 = isReverseR5 || parameters.some(({ name }) => R5_FORWARD.has(String(name)));
  const url = text('url');
  const version = text('conceptMapVersion');
  const shared = {
    isR5,
    map: url === undefined ? undefined : canonicalOf(splitCanonical(url).url, splitCanonical(url).version ?? version),
    dependencies: dependenciesOf(parameters),
  };
  if (isR5) {
    const [given, wanted] = isReverseR5 ? (['target', 'source'] as const) : (['source', 'target'] as const);
    return {
      ...shared,
      codings: codingsOf(parameters, `${given}Code`, `${given}System`, `${given}Coding`, `${given}CodeableConcept`),
      isReverse: isReverseR5,
      givenScope: text(`${given}Scope`),
      wantedScope: text(`${wanted}Scope`),
      wantedSystem: text(`${wanted}System`),
    };
  }
  return {
    ...shared,
    codings: codingsOf(parameters, 'code', 'system', 'coding', 'codeableConcept'),
    isReverse: flagOf(parameters, 'reverse') ?? false,
    givenScope: text('source'),
    wantedScope: text('target'),
    wantedSystem: text('targetsystem') ?? text('targetSystem'),
  };
}

function codingsOf(
  parameters: Parameters,
  codeName: string,
  systemName: string,
  codingName: string,
  conceptName: string,
): readonly GivenCoding[] {
  const code = textOf(parameters, codeName);
  const coding = objectOf(parameters, codingName);
  const concept = objectOf(parameters, conceptName);
  const given: readonly JsonObject[] = [
    ...(code === undefined ? [] : [{ code, system: textOf(parameters, systemName) }]),
    ...(coding === undefined ? [] : [coding]),
  ];
  if (given.length + (concept === undefined ? 0 : 1) !== 1) {
    throw fault(
      'translate.code',
      400,
      'required',
      `Give one of ${codeName} (with ${systemName}), ${codingName} or ${conceptName}.`,
    );
  }
  const codings = (concept === undefined ? given : objectsAt(concept, 'coding')).flatMap((each) => {
    const own = textAt(each, 'code');
    const system = textAt(each, 'system');
    return own === undefined || system === undefined ? [] : [{ system, code: own }];
  });
  if (codings.length > MOST_CODINGS) {
    const text = `A CodeableConcept of at most ${MOST_CODINGS} codings is translated.`;
    throw fault('translate.tooMany', 400, 'too-costly', text);
  }
  if (codings.length > 0) return codings;
  const text = `A code is translated within its code system: give ${systemName} with ${codeName}, or system and code of a Coding.`;
  throw fault('translate.system', 400, 'required', text);
}

function dependenciesOf(parameters: Parameters): ReadonlyMap<string, readonly JsonObject[]> {
  const found = new Map<string, readonly JsonObject[]>();
  for (const parameter of parameters) {
    if (parameter.name !== 'dependency') continue;
    const parts = objectsAt(parameter, 'part');
    const element = textOf(parts, 'element') ?? textOf(parts, 'attribute');
    if (element === undefined) continue;
    const coding = objectOf(parts, 'value');
    const code = textOf(parts, 'value');
    found.set(element, [
      ...(found.get(element) ?? []),
      ...objectsAt(objectOf(parts, 'concept'), 'coding'),
      ...(coding === undefined ? [] : [coding]),
      ...(code === undefined ? [] : [{ code }]),
    ]);
  }
  return found;
}

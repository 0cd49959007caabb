import { isObject, type JsonObject, type JsonValue } from '../../server/kernel/json.ts';
import type { TranslatedCode } from '../map/map-context.ts';
import { codeSourceUri, PARTNER_CODES } from './code-source.ts';

/** What people have answered when they were asked for the meaning of partners' codes. */
export interface CodeAnswers {
  translate(partner: string, source: string, code: string, target: string): TranslatedCode | undefined;
}

/** Search that finds all ConceptMaps with answers. */
export const CODE_ANSWERS = `ConceptMap?identifier=${PARTNER_CODES}|&status=active&_count=200`;

/** Equivalences by which a code may stand for another one: https://hl7.org/fhir/R4/valueset-concept-map-equivalence.html */
const USABLE: ReadonlySet<unknown> = new Set(['equivalent', 'equal', 'wider', 'subsumes']);

export function readCodeAnswers(maps: readonly JsonObject[]): CodeAnswers {
  const answers = new Map<string, TranslatedCode>();
  for (const map of maps) {
    const partner = partnerOf(map);
    const target = map.targetUri ?? map.targetCanonical;
    if (partner === undefined || typeof target !== 'string') continue;
    for (const group of objects(map.group)) {
      if (typeof group.source !== 'string') continue;
      for (const element of objects(group.element)) {
        const translated = translationOf(group, element);
        if (typeof element.code !== 'string' || translated === undefined) continue;
        answers.set(keyOf(partner, group.source, element.code, target), translated);
      }
    }
  }
  return {
    translate: (partner, source, code, target) =>
      answers.get(keyOf(partner, codeSourceUri(partner, source), code, target)),
  };
}

function partnerOf({ identifier }: JsonObject): string | undefined {
  if (!isObject(identifier) || identifier.system !== PARTNER_CODES) return undefined;
  return typeof identifier.value === 'string' ? identifier.value : undefined;
}

function translationOf(group: JsonObject, element: JsonObject): TranslatedCode | undefined {
  const target = objects(element.target).find(
    ({ code, equivalence }) => typeof code === 'string' && USABLE.has(equivalence),
  );
  if (target === undefined || typeof target.code !== 'string') return undefined;
  return {
    code: target.code,
    ...(typeof group.target === 'string' ? { system: group.target } : {}),
    ...(typeof target.display === 'string' ? { display: target.display } : {}),
  };
}

function objects(list: JsonValue | undefined): readonly JsonObject[] {
  return (Array.isArray(list) ? list : []).filter((each) => isObject(each));
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

import type { JsonObject } from '../../server/kernel/json.ts';
import { STANDARDS_STATUS } from '../resource/concept-standing.ts';
import { designationsOf } from '../resource/concept-table.ts';
import { objectsAt, textAt } from '../resource/elements.ts';
import type { CodeSystem, Designation } from '../code-system.ts';
import { entryProperties, propertyExtension } from './expansion-properties.ts';
import { shownDisplay, type LanguageChoice } from './languages.ts';
import type { Entry } from './list.ts';

/** How members are shown. */
export interface ShownParts {
  readonly languages: LanguageChoice | undefined;
  readonly hasDesignations: boolean;
  /** `system|code` of uses or languages; empty: all. */
  readonly designations: readonly string[];
  readonly properties: ReadonlySet<string>;
  /** Urls of code systems of which several versions take part. */
  readonly versioned: ReadonlySet<string>;
}

const CORE = 'http://hl7.org/fhir/StructureDefinition/';
const PREFERRED = {
  system: 'http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra',
  code: 'preferredForLanguage',
  display: 'Preferred For Language',
};
const BCP_47 = 'urn:ietf:bcp:47';
const SHOWN_EXTENSIONS: ReadonlySet<string> = new Set([
  `${CORE}rendering-style`,
  `${CORE}rendering-xhtml`,
  `${CORE}valueset-deprecated`,
  `${CORE}valueset-concept-definition`,
  `${CORE}coding-sctdescid`,
  STANDARDS_STATUS,
]);
// Said of a concept of a code system it is its status, and shown as such.
const OF_CODE_SYSTEM: ReadonlySet<string> = new Set([`${CORE}rendering-style`, `${CORE}rendering-xhtml`]);

/** @param use notes code and uri of each property that is shown */
export function containsOf(
  entry: Entry,
  parts: ShownParts,
  use: (code: string, uri: string | undefined) => void,
): JsonObject {
  const { system, concept, listed } = entry;
  const properties = entryProperties(entry, parts.properties);
  for (const { code, uri } of properties) use(code, uri);
  const extension = [...extensionsToShow(entry), ...properties.map(propertyExtension)];
  const overruled = textAt(listed, 'display');
  const named = overruled === undefined ? concept : { ...concept, display: overruled };
  const shown = shownDisplay(system, named, parts.languages);
  const designations = parts.hasDesignations ? designationsToShow(system, entry, shown, parts) : [];
  return {
    ...(extension.length === 0 ? {} : { extension }),
    system: system.url,
    ...(concept.isAbstract ? { abstract: true } : {}),
    ...(concept.isInactive ? { inactive: true } : {}),
    ...(parts.versioned.has(system.url) && system.version !== undefined ? { version: system.version } : {}),
    code: concept.code,
    ...(shown.display === undefined ? {} : { display: shown.display }),
    ...(designations.length === 0 ? {} : { designation: designations.map(designationJson) }),
  };
}

function extensionsToShow({ concept, listed }: Entry): readonly JsonObject[] {
  const own = objectsAt(listed, 'extension').filter(({ url }) => typeof url === 'string' && SHOWN_EXTENSIONS.has(url));
  const inherited = (concept.extension ?? []).filter(
    ({ url }) => typeof url === 'string' && OF_CODE_SYSTEM.has(url) && !own.some((each) => each.url === url),
  );
  return [...own, ...inherited];
}

/** All but the one that is shown as display; the display of the concept itself when another one is shown. */
function designationsToShow(
  system: CodeSystem,
  { concept, listed }: Entry,
  shown: ReturnType<typeof shownDisplay>,
  parts: ShownParts,
): readonly Designation[] {
  const language = textAt(system.header, 'language');
  const all: Designation[] = [];
  if (concept.display !== undefined && concept.display !== shown.display) {
    all.push({ value: concept.display, use: PREFERRED, ...(language === undefined ? {} : { language }) });
  }
  all.push(...concept.designations.filter((designation) => designation !== shown.designation));
  if (listed !== undefined) all.push(...designationsOf(listed));
  return all.filter((designation) => isWanted(designation, parts.designations));
}

function isWanted({ language, use }: Designation, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  return wanted.some((token) => {
    const bar = token.lastIndexOf('|');
    const [system, code] = bar === -1 ? [undefined, token] : [token.slice(0, bar), token.slice(bar + 1)];
    if ((system ?? BCP_47) === BCP_47 && language === code) return true;
    return use?.code === code && (system === undefined || use.system === system);
  });
}

function designationJson({ value, language, use, extension = [] }: Designation): JsonObject {
  const shown = extension.filter(({ url }) => typeof url === 'string' && SHOWN_EXTENSIONS.has(url));
  return {
    ...(shown.length === 0 ? {} : { extension: shown }),
    ...(language === undefined ? {} : { language }),
    ...(use === undefined ? {} : { use }),
    value,
  };
}

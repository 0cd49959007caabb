import type { ElementJson } from '../../../definitions/snapshot/element-json.ts';
import { isObject } from '../../../kernel/json.ts';
import { scanXhtml } from '../../narrative/scan.ts';
import { resourceOf } from '../../walk.ts';
import { report } from '../report.ts';
import type { ItemCheck } from '../rule.ts';

export const NARRATIVE_LANGUAGE = 'http://hl7.org/fhir/StructureDefinition/narrative-language-control';

/**
 * Sections of a narrative by language: none, some, one in the language of the resource, or in a language.
 * https://hl7.org/fhir/extensions/StructureDefinition-narrative-language-control.html
 */
export function narrativeLanguageChecks({ extension }: ElementJson, label: string, type: string): readonly ItemCheck[] {
  if (type !== 'Narrative' || !Array.isArray(extension)) return [];
  const rules = extension.flatMap((item) =>
    isObject(item) && item.url === NARRATIVE_LANGUAGE && typeof item.valueCode === 'string' ? [item.valueCode] : [],
  );
  return rules.map((rule): ItemCheck => {
    return ({ value }, visit) => {
      if (!isObject(value) || typeof value.div !== 'string') return;
      const found = sectionLanguages(value.div);
      const { language } = resourceOf(visit.walk);
      const problem = problemOf(rule, found, typeof language === 'string' ? language : undefined);
      if (problem !== undefined) report(visit, 'structure', `${label} ${problem}`);
    };
  });
}

function problemOf(rule: string, found: ReadonlySet<string>, language: string | undefined): string | undefined {
  if (rule === '_no') {
    return found.size === 0
      ? undefined
      : `has sections in ${[...found].join(', ')}. Expected are no sections by language.`;
  }
  if (rule === '_yes') return found.size > 0 ? undefined : 'needs sections by language: div elements with lang.';
  const wanted = rule === '_resource' ? language : rule;
  return wanted === undefined || found.has(wanted) ? undefined : `needs a section with lang="${wanted}".`;
}

/** Languages of the div elements within the narrative's own. */
function sectionLanguages(div: string): ReadonlySet<string> {
  const languages = new Set<string>();
  let elements = 0;
  let isSection = false;
  scanXhtml(div, {
    element(name) {
      elements += 1;
      isSection = name === 'div' && elements > 1;
    },
    attribute(name, value) {
      if (isSection && (name === 'lang' || name === 'xml:lang')) languages.add(value);
    },
    content: () => undefined,
  });
  return languages;
}

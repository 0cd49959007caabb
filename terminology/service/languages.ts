import type { CodeSystem, Concept, Designation } from '../code-system.ts';
import { textAt } from '../resource/elements.ts';

/** What a client wants to read. */
export interface LanguageChoice {
  /** Best first. */
  readonly tags: readonly string[];
  /** Whether something in another language is better than nothing. */
  readonly takesOthers: boolean;
  /** As it is echoed. */
  readonly text: string;
}

/**
 * Accept-Language syntax: `de, en;q=0.8, *;q=0`. https://www.rfc-editor.org/rfc/rfc9110#field.accept-language
 * Undefined when it names no language, as the `*` of many clients.
 */
export function languageChoice(text: string): LanguageChoice | undefined {
  const ranges = text.split(',').flatMap((range) => {
    const [tag = '', ...options] = range.split(';').map((part) => part.trim());
    const weight = options.find((option) => option.startsWith('q='))?.slice(2);
    return tag === ''
      ? []
      : [{ tag, weight: weight === undefined ? 1 : Number(weight) || 0, isWeighted: weight !== undefined }];
  });
  const wildcard = ranges.find(({ tag }) => tag === '*');
  const wanted = ranges.filter(({ tag, weight }) => tag !== '*' && weight > 0);
  if (wanted.length === 0) return undefined;
  wanted.sort((left, right) => right.weight - left.weight);
  const written = ranges.map(({ tag, weight, isWeighted }) => (isWeighted ? `${tag}; q=${weight}` : tag));
  return {
    tags: wanted.map(({ tag }) => tag),
    takesOthers: wildcard === undefined || wildcard.weight > 0,
    text: written.join(ranges.some(({ isWeighted }) => isWeighted) ? ', ' : ','),
  };
}

/** 0: the same; 1: narrower (de-CH for de); 2: wider (de for de-CH); undefined: another language. */
function distance(wanted: string, language: string): number | undefined {
  const [left, right] = [wanted.toLowerCase(), language.toLowerCase()];
  if (left === right) return 0;
  if (right.startsWith(`${left}-`)) return 1;
  return left.startsWith(`${right}-`) ? 2 : undefined;
}

export function isInLanguage(tags: readonly string[], language: string): boolean {
  return tags.some((tag) => distance(tag, language) !== undefined);
}

const DISPLAY_SYSTEMS: ReadonlySet<string> = new Set([
  'http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra',
  'http://snomed.info/sct',
  'http://loinc.org',
]);
const USAGE = 'http://terminology.hl7.org/CodeSystem/designation-usage';

/** Whether a designation may stand for the concept; others are notes about it. */
export function isDisplay({ use }: Designation): boolean {
  if (use === undefined) return true;
  const system = textAt(use, 'system');
  return system !== undefined && (DISPLAY_SYSTEMS.has(system) || (system === USAGE && use.code === 'display'));
}

interface ShownDisplay {
  readonly display: string | undefined;
  /** The designation that is shown; undefined: the display of the concept itself, or nothing. */
  readonly designation: Designation | undefined;
}

/** The display in the language that the client wants most. */
export function shownDisplay(system: CodeSystem, concept: Concept, choice: LanguageChoice | undefined): ShownDisplay {
  const own = { display: concept.display, designation: undefined };
  if (choice === undefined) return own;
  const language = textAt(system.header, 'language');
  for (const tag of choice.tags) {
    for (const wanted of [0, 1, 2]) {
      if (concept.display !== undefined && language !== undefined && distance(tag, language) === wanted) return own;
      const found = concept.designations.find(
        (candidate) =>
          candidate.language !== undefined && distance(tag, candidate.language) === wanted && isDisplay(candidate),
      );
      if (found !== undefined) return { display: found.value, designation: found };
    }
  }
  return choice.takesOthers || language === undefined ? own : { display: undefined, designation: undefined };
}

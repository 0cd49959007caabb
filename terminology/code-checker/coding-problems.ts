import type { CodedValue, CodingProblem } from '../../server/validation/code-checker.ts';
import type { CodeSystem, Concept } from '../code-system.ts';

/** Displays that are quoted. */
const MOST_SHOWN = 5;

/** What terminology knows about a coding. */
export interface CodingFacts {
  /** Undefined: not held. */
  readonly system: CodeSystem | undefined;
  /** Versions that are held of a system that is not held in the one asked for. */
  readonly versions: readonly string[];
  readonly concept: Concept | undefined;
  /** Displays that the value set gives to the code. */
  readonly listed: readonly string[];
  /** Whether the element is bound to a value set: then it matters more that nothing can be told. */
  readonly isBound: boolean;
}

/** What is wrong with a coding in its code system: the code itself, its display, its standing. */
export function codingProblems(
  coding: number,
  { system: url = '', version, code = '', display }: CodedValue,
  { system, versions, concept, listed, isBound }: CodingFacts,
): readonly CodingProblem[] {
  if (system === undefined) {
    const severity = isBound ? 'warning' : 'information';
    if (version === undefined || versions.length === 0) {
      const text = `The code system ${url} is not held here, so the code could not be checked.`;
      return [{ coding, about: 'system', severity, text }];
    }
    const text = `The version ${version} of ${url} is not held here, so the code could not be checked; held: ${versions.slice(0, MOST_SHOWN).join(', ')}.`;
    return [{ coding, about: 'version', severity, text }];
  }
  const named = system.version === undefined ? url : `${url} version ${system.version}`;
  if (concept === undefined) {
    if (system.content === 'complete') {
      return [{ coding, about: 'code', severity: 'error', text: `"${code}" is not a code of ${named}.` }];
    }
    const text = `"${code}" is not among the codes of ${named} that are held here, which are not all.`;
    return [{ coding, about: 'code', severity: 'information', text }];
  }
  const problems: CodingProblem[] = [];
  if (concept.isInactive) {
    const status = concept.status === undefined || concept.status === 'inactive' ? '' : ` (${concept.status})`;
    const text = `"${code}" of ${named} is inactive${status}; its use should be reviewed.`;
    problems.push({ coding, about: 'code', severity: 'warning', text });
  }
  if (display !== undefined && system.hasFreeDisplays !== true) {
    const known = displaysOf(concept, listed);
    if (known.length > 0 && !known.some((each) => normal(each) === normal(display))) {
      const text = `"${display.slice(0, 200)}" is not a display of "${code}" of ${named}. Expected is ${choice(known)}.`;
      problems.push({ coding, about: 'display', severity: 'error', text });
    }
  }
  return problems;
}

/** In whatever language: the resource may be in another one than the code system. English and general ones come first. */
function displaysOf({ display, designations }: Concept, listed: readonly string[]): readonly string[] {
  const all = [...(display === undefined ? [] : [display]), ...listed];
  for (const { language, value } of designations) if (language === undefined || /^en\b/.test(language)) all.push(value);
  for (const { value } of designations) all.push(value);
  return [...new Set(all)];
}

/** Case and white space do not tell displays apart, nor does the article that ISO 3166 adds: `Netherlands (the)`. */
function normal(text: string): string {
  return text
    .trim()
    .replace(/\s+/g, ' ')
    .toLowerCase()
    .replace(/ \(the\)$/, '');
}

function choice(displays: readonly string[]): string {
  const shown = displays.slice(0, MOST_SHOWN).map((display) => `"${display}"`);
  const more = displays.length - shown.length;
  if (shown.length === 1) return shown.join('');
  return `one of ${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

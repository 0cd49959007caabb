import type { JsonObject } from '../../../server/kernel/json.ts';
import type { CodeSystem, Concept, Designation } from '../../code-system.ts';
import { STANDARDS_STATUS } from '../../resource/concept-standing.ts';
import { designationsOf } from '../../resource/concept-table.ts';
import { extensionsOf, textAt } from '../../resource/elements.ts';
import { isDisplay, isInLanguage, type LanguageChoice } from '../languages.ts';
import { MESSAGES } from './messages.ts';
import { note, type Reported } from './reported.ts';

const SNOMED_INACTIVE_USE = '900000000000546006';

interface KnownDisplay {
  readonly value: string;
  readonly language: string | undefined;
}

interface DisplayQuestion {
  readonly system: CodeSystem;
  readonly concept: Concept;
  /** What the value set says about the concept. */
  readonly listed: JsonObject | undefined;
  readonly given: string;
  readonly languages: LanguageChoice | undefined;
  /** A wrong display is a warning only. */
  readonly isLenient: boolean;
  readonly expression: string;
}

/** Whether a display may stand beside a code, in the languages of the request. */
export function checkDisplay(question: DisplayQuestion): readonly Reported[] {
  const { system, concept, given, languages, expression } = question;
  const { valid, inactive } = knownDisplays(question);
  const tags = languages?.tags ?? [];
  const isAny = tags.length === 0 || languages?.text.includes('*') === true;
  const fitting = isAny
    ? valid
    : valid.filter(({ language }) => language === undefined || isInLanguage(tags, language));
  const isGiven = ({ value }: KnownDisplay): boolean => normalized(value) === normalized(given);
  if (fitting.some(isGiven)) return [];
  const outdated = inactive.find(isGiven);
  if (outdated !== undefined) {
    const message = MESSAGES.inactiveDisplay(given, concept.code, outdated.status, correct(valid, system));
    return [note('warning', 'invalid', 'display-comment', message, expression)];
  }
  const named = `${system.url}#${concept.code}`;
  const asked = languages?.text ?? '--';
  if (fitting.length === 0 && valid.some(isGiven)) {
    const message = MESSAGES.displayOfDefaultLanguage(given, named, asked);
    return [note('information', 'invalid', 'invalid-display', message, expression, true)];
  }
  // A code without any display accepts all.
  if (valid.length === 0) return [];
  const message =
    fitting.length === 0
      ? MESSAGES.wrongDisplayNoneInLanguage(given, named, concept.display ?? '', asked)
      : MESSAGES.wrongDisplay(given, named, choices(fitting), asked);
  const severity = system.hasFreeDisplays === true ? 'information' : question.isLenient ? 'warning' : 'error';
  return [note(severity, 'invalid', 'invalid-display', message, expression, true)];
}

function knownDisplays({ system, concept, listed }: DisplayQuestion): {
  readonly valid: readonly KnownDisplay[];
  readonly inactive: readonly (KnownDisplay & { readonly status: string })[];
} {
  const language = textAt(system.header, 'language');
  const shown = [concept.display, textAt(listed, 'display')].flatMap((value) =>
    value === undefined ? [] : [{ value, language }],
  );
  const designations = [...concept.designations, ...(listed === undefined ? [] : designationsOf(listed))].filter(
    isDisplay,
  );
  const valid = new Map<string, KnownDisplay>();
  const inactive: (KnownDisplay & { readonly status: string })[] = [];
  for (const display of shown) valid.set(keyOf(display), display);
  for (const designation of designations) {
    const display = { value: designation.value, language: designation.language };
    const status = inactiveStatus(designation);
    if (status !== undefined) inactive.push({ ...display, status });
    else if (!valid.has(keyOf(display))) valid.set(keyOf(display), display);
  }
  return { valid: [...valid.values()], inactive };
}

function keyOf({ value, language }: KnownDisplay): string {
  return `${language ?? ''} ${value}`;
}

/** How messages call it; undefined: in use. */
function inactiveStatus({ use, extension = [] }: Designation): string | undefined {
  const status = textAt(extensionsOf({ extension: [...extension] }, STANDARDS_STATUS)[0], 'valueCode');
  if (status === 'withdrawn' || status === 'deprecated') return 'deprecated';
  return use?.code === SNOMED_INACTIVE_USE ? 'inactive' : undefined;
}

/** Displays differ neither by case nor by white space. */
function normalized(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}

function choices(displays: readonly KnownDisplay[]): string {
  const written = displays.map(({ value, language }) =>
    language === undefined ? `'${value}'` : `'${value}' (${language})`,
  );
  if (written.length === 1) return written.join('');
  return `one of ${written.length} choices: ${written.slice(0, -1).join(', ')} or ${written.at(-1) ?? ''}`;
}

/** In the language of the code system. */
function correct(displays: readonly KnownDisplay[], { header }: CodeSystem): string {
  const language = textAt(header, 'language');
  const own = displays.filter((display) => display.language === undefined || display.language === language);
  return (own.length === 0 ? displays : own).map(({ value }) => `"${value}"`).join(',');
}
